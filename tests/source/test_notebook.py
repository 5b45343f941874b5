"""Notebooks: cells out, cells in, and every other byte as it was."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_lint.source.magics import restored, without_magics
from lora_lint.source.notebook import cells_of, document_of, with_cells
from lora_lint.source.positions import Position
from lora_lint.source.syntax import is_python
from lora_lint.source.text import Unreadable


def raw(*cells: dict[str, object], indent: int | None = 1, **more: object) -> str:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, **more}, indent=indent)


def code(source: object) -> dict[str, object]:
    return {"cell_type": "code", "metadata": {"source": ["not this"]}, "source": source, "outputs": [{"source": "nor"}]}


@pytest.mark.parametrize(
    ("line", "python"),
    [
        ("!pip install -q peft", "pass"),
        ("    !nvidia-smi", "    pass"),
        ("%load_ext autoreload", "pass"),
        ("%time trainer.train()", "pass; trainer.train()"),
        ("files = !ls", "files = get_ipython()"),
        ("n, t = %timeit -o f()", "n, t = get_ipython()"),
        ("model.save_pretrained?", "pass"),
        ("?model", "pass"),
        ("pip install peft", "pass"),
        ("x = 5 % 2", "x = 5 % 2"),
        ("ls = 3", "ls = 3"),
        ("await main()", "await main()"),
    ],
)
def test_magics_become_python_on_the_same_row(line: str, python: str) -> None:
    text = f"before = 1\nif before:\n    pass\n{line}\nafter = 2"
    if line.startswith(" "):
        text = f"before = 1\nif before:\n{line}\nafter = 2"
    made = without_magics(text)
    assert is_python(made)
    assert made.count("\n") == text.count("\n")
    assert python in [part.partition("  #")[0] for part in made.split("\n")]
    assert restored(made) == text


def test_what_only_looks_like_a_magic_stays() -> None:
    text = 'shown = """\n!not a command\n%nor a magic\n"""\nrest = (7\n%3)\n!ls'
    assert without_magics(text).split("\n")[:-1] == text.split("\n")[:-1]


@pytest.mark.parametrize("magic", ["%%bash", "%%writefile x.py", "%%html", "%%javascript", "%%python3", "%%python"])
def test_a_cell_in_another_language_is_left_out(magic: str) -> None:
    text = f"{magic}\nfor f in *; do echo $f; done\n  model.save('x')"
    made = without_magics(text)
    assert is_python(made)
    assert "model" not in "".join(line.partition("#")[0] for line in made.split("\n"))
    assert restored(made) == text


def test_a_timed_cell_is_python() -> None:
    assert without_magics("%%time\ntrainer.train()").split("\n")[1] == "trainer.train()"


@pytest.mark.parametrize("last", ["os._exit(0)", "exit()", "os.kill(os.getpid(), 9)", "quit()  # anew"])
def test_a_cell_that_ends_with_a_new_kernel_is_not_the_end(last: str) -> None:
    text = f"!pip install peft\nimport os\n{last}\n"
    made = without_magics(text)
    assert made.split("\n")[2].startswith("pass")
    assert restored(made) == text
    assert without_magics(f"if done:\n    {last}") == f"if done:\n    {last}"


def test_a_cell_may_be_indented() -> None:
    document = document_of("n.ipynb", raw(code("a = 1"), code("\n  b = 2\n  for c in 3, 4:\n      b += c\nd = 5")))
    rows = document.text.split("\n")
    assert (is_python(document.text), document.left_out) == (True, ())
    assert document.locate(Position(rows.index("    b += c") + 1, 5)) == (2, Position(4, 7))
    assert document.locate(Position(rows.index("d = 5") + 1, 1)) == (2, Position(5, 1))


def test_a_position_leads_back_to_its_cell() -> None:
    text = raw({"cell_type": "markdown", "source": "# Title"}, code("a = 1\nb = 2"), code(["c = 3\n", "d = 4"]))
    document = document_of("n.ipynb", text)
    rows = document.text.split("\n")
    assert document.locate(Position(rows.index("b = 2") + 1, 3)) == (2, Position(2, 3))
    assert document.locate(Position(rows.index("d = 4") + 1, 1)) == (3, Position(2, 1))


def test_a_notebook_in_another_language_has_nothing_to_lint() -> None:
    assert cells_of(raw(code("x <- 1"), metadata={"kernelspec": {"language": "R"}})) == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cells": 3}', '{"cells": [', "\x00", '{"worksheets": []}'])
def test_what_is_no_notebook_is_said_in_one_line(text: str) -> None:
    with pytest.raises(Unreadable) as raised:
        cells_of(text)
    assert "\n" not in str(raised.value)


sources = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=80)


@given(
    st.lists(st.one_of(sources, st.lists(sources.map(lambda s: s + "\n"), max_size=4)), min_size=1, max_size=4),
    sources,
    st.sampled_from([None, 0, 1, 2, 4]),
    st.booleans(),
)
def test_only_the_source_of_the_changed_cell_changes(
    old: list[object], new: str, indent: int | None, ascii_only: bool
) -> None:
    notebook = {"cells": [code(source) for source in old], "metadata": {"source": ["x"], "cells": []}, "nbformat": 4}
    text = json.dumps(notebook, indent=indent, ensure_ascii=ascii_only)
    number = len(old)
    changed = with_cells(text, {number: new})
    after = json.loads(changed)
    source = after["cells"][number - 1]["source"]
    assert "".join(source) == new
    cell = next(cell for cell in cells_of(text) if cell.number == number)
    assert changed.startswith(text[: cell.start])
    assert changed.endswith(text[cell.end :])
    assert with_cells(text, {number: cell.text}) == text


@given(st.text(max_size=200))
def test_magics_can_always_be_undone(text: str) -> None:
    made = without_magics(text)
    assert made.count("\n") == text.count("\n")
    assert restored(made) == text
