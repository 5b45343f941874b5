"""The names without which there is no finding are all that a script with one is known by."""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from lora_lint import Config, check_paths, knowledge
from lora_lint.engine.session import Session
from lora_lint.flow.verbs import VERBS
from lora_lint.knowledge.rows import Row
from lora_lint.knowledge.telling import ADAPT, GIVE_ADAPTED, GIVE_MODELS, ON_MODELS, pattern, tells, tells_plainly
from lora_lint.source.document import Document
from lora_lint.source.keywords import names_peft
from lora_lint.source.reach import Reach
from lora_lint.source.reading import documents_in

DATA = Path(__file__).resolve().parents[1] / "data"
# one of each shape; the variants differ in names and layout besides
SCRIPTS = sorted((DATA / "twins").glob("*_bad.py")) + sorted((DATA / "variants").glob("*_bad.py"))[::4]
ALL = Config(select=("ALL",), preview=True)
# that nobody calls on a model by accident in a project that names neither peft nor lora, nor an adapter
RARE = {
    "base_model_torch_dtype", "create_or_update_model_card", "get_layer_status", "get_model_status", "modules_to_save",
    "set_requires_grad",
}  # fmt: skip


def document(path: Path, data: bytes) -> Document:
    return documents_in(str(path), data)[0]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_with_a_finding_tells(path: Path) -> None:
    reach = Reach([path.read_text(encoding="utf-8")])
    assert tells(reach.everything(), reach.libraries())


def test_what_tells_plainly_tells() -> None:
    text = "\nfrom peft import PeftModel, get_peft_model\n\nmodel = get_peft_model(model, config)\n"
    assert tells_plainly(text)
    reach = Reach([text])
    assert tells(reach.everything(), reach.libraries())
    assert not tells_plainly(text.replace("get_peft_model(", "wrapped("))
    assert not tells_plainly(text.replace("peft import", "own import"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_without_the_names_there_is_no_finding(path: Path) -> None:
    session = Session(ALL)
    data = path.read_bytes()
    assert session.check(document(path, data))
    assert session.check(document(path, pattern().sub(b"another_name", data))) == []


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_verbs_that_give_models_are_listed(verb: str) -> None:
    gives = re.search(r"call\.model\(|as_model\(|life\.create\(", _source(verb)) is not None
    assert not gives or verb in GIVE_MODELS | ADAPT


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_verbs_that_make_adapters_are_listed(verb: str) -> None:
    makes = re.search(r"life\.adapter\(", _source(verb)) is not None
    # a trainer needs a `peft_config`, a load the place of a save, a blend the adapters that it blends
    assert not makes or verb in GIVE_ADAPTED | ADAPT | {"trainer", "load_model", "blend"}


def test_every_verb_has_a_row_and_every_row_a_verb() -> None:
    modules = [import_module(f"{knowledge.__name__}.{m.name}") for m in pkgutil.iter_modules(knowledge.__path__)]
    assert {row.verb for module in modules for row in _rows(vars(module).values())} == set(VERBS)


def _rows(found: Iterable[object]) -> Iterator[Row]:
    """The rows in tables, tuples and dicts; in those of their kind also."""
    for item in found:
        if isinstance(item, Row):
            yield item
        elif isinstance(item, (tuple, list)):
            yield from _rows(item)
        elif isinstance(item, dict):
            yield from _rows(item.values())


def _source(verb: str) -> str:
    """The source of a verb, with that of the functions beside it that it calls."""
    action = VERBS[verb]
    module = inspect.getmodule(action)
    assert module is not None
    reached = Reach([inspect.getsource(module)]).of(action.__name__) or set()
    beside = [member for name, member in vars(module).items() if name in reached and inspect.isfunction(member)]
    return inspect.getsource(action) + "".join(map(inspect.getsource, beside))


def test_the_first_look_at_bytes_sees_all_names() -> None:
    unseen = {name for name in ON_MODELS if not names_peft(f"model.{name}(given)\n".encode())}
    assert unseen == RARE


SOUNDS_LIKE_IT = "import torch\n\n\ndef load_adapters(path):\n    return torch.load(path)\n"
MERGES = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer


def merged(rows):
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
    Trainer(model=model, train_dataset=rows).train()
    model.merge_and_unload().save_pretrained("out")
"""


def test_a_script_that_leads_to_none_of_the_names_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {
        "layers.py": SOUNDS_LIKE_IT,
        "draw.py": "import layers\n\nlayers.load_adapters('out')\n",
        "merging.py": MERGES,
        "train.py": "import layers\nimport merging\n\nmerging.merged(layers.load_adapters('rows'))\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    followed: list[str] = []
    analyze = Session.analyze

    def analyze_and_note(self: Session, document: Document, *args: Any, **options: Any) -> Any:
        followed.append(Path(document.filename).name)
        return analyze(self, document, *args, **options)

    monkeypatch.setattr(Session, "analyze", analyze_and_note)
    found = check_paths([str(tmp_path)]).findings
    assert [(Path(finding.filename).name, finding.code) for finding in found] == [("merging.py", "LL101")]
    assert set(followed) == {"merging.py", "train.py"}
