"""What looks at a script that stopped, for what another attempt could try."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import pytest

from lora_lint_runner.child.spec import PASSED_OVER
from lora_lint_runner.child.steering.loop_ends import Starved
from lora_lint_runner.child.stopped import retries
from lora_lint_runner.child.stopped.retries import models, passing, surroundings
from lora_lint_runner.child.stopped.retries.command_line import arguments
from lora_lint_runner.child.stopped.retries.data import arrays, cells, columns, rows
from lora_lint_runner.child.stopped.retries.files import folders


def knowing(**learned: object) -> Any:
    """A run of an attempt that knows so much."""
    return SimpleNamespace(spec=SimpleNamespace(learned=learned))


def made_up(run: Any) -> Any:
    """Its rows were made up."""
    run.made_up, run.code = True, SimpleNamespace(owns=lambda filename: False)
    return run


def test_a_look_that_stumbles_leaves_what_the_others_see() -> None:
    def stumbles(run: Any) -> dict[str, object] | None:
        raise KeyError("script")

    assert retries._first((stumbles, lambda run: None, lambda run: {"rows": 8}), knowing(rows=1)) == {"rows": 8}
    assert retries._first((stumbles,), knowing(rows=1)) is None


def test_what_was_learned_before_is_nothing_new() -> None:
    assert retries._first((lambda run: {"rows": 8}, lambda run: {"rows": 64}), knowing(rows=8)) == {"rows": 64}


def test_where_several_rows_were_all_left_out_many_more_are_no_help() -> None:
    nothing = ValueError("num_samples should be a positive integer value, but got num_samples=0")
    assert rows.more_rows(made_up(knowing()), nothing) == {"rows": 8}
    assert rows.more_rows(made_up(knowing(rows=8)), nothing) is None
    assert rows.more_rows(made_up(knowing(rows=8)), StopIteration()) == {"rows": 64}


@pytest.mark.parametrize(
    ("error", "cut", "known", "whole"),
    [
        (ValueError("operands could not be broadcast together with shapes (192,) (1000,)"), "evaluations", {}, "some"),
        (ValueError("operands could not be broadcast together with shapes (192,) (1000,)"), "trainings", {}, "all"),
        (KeyError("third task"), "evaluations", {}, "all"),
        (ValueError("lengths differ"), "evaluations", {"whole loops": "evaluations"}, "all"),
        (ValueError("lengths differ"), "evaluations", {"whole loops": True}, "none"),
    ],
)
def test_trainings_stay_cut_where_only_answers_lack(error: Exception, cut: str, known: Any, whole: str) -> None:
    run = knowing(**known)
    run.loops = SimpleNamespace(cut={cut})
    learned = {"some": {"whole loops": "evaluations"}, "all": {"whole loops": True}, "none": None}
    assert rows.answers(run, error) == learned[whole]


def test_where_many_more_rows_have_not_helped_fewer_are_passed_over() -> None:
    assert passing._fewer(knowing(rows=64)) == {"rows": 8}
    assert passing._fewer(knowing(rows=8)) == passing._fewer(knowing()) == {}


def test_a_stream_that_gives_none_of_the_made_up_rows_is_fed() -> None:
    run = made_up(knowing())
    run.events = SimpleNamespace(steps=0, backwards=0)
    assert passing.fed_anyway(run, Starved(9)) == {"fed": True, "passed over": True}


def test_a_text_of_the_rows_that_is_looked_up_in_vain_is_no_column() -> None:
    run = made_up(knowing())
    run.code = SimpleNamespace(owns=lambda filename: filename == __file__)
    run.data = SimpleNamespace(real=False)
    for name, column in ("Do you smoke?", "Do you smoke?"), ("we look at what is written to disk " * 9, None):
        with pytest.raises(KeyError) as lacks:
            {}[name]
        assert columns.missing_column(run, lacks.value) == column


def test_a_column_that_is_written_as_a_number_is_one() -> None:
    run = made_up(knowing())
    run.code = SimpleNamespace(owns=lambda filename: filename == __file__)
    run.hints, run.events, run.met = SimpleNamespace(columns={}), SimpleNamespace(steps=0), SimpleNamespace(cells={})
    template, row = "{:.2f} euros", {"price": "some words"}
    with pytest.raises(ValueError) as stopped:
        template.format(row["price"])
    assert cells.numbers(run, stopped.value) == {"numbers": ["price"]}


def enlarged(config: Any, words: Any) -> None:
    if len(words) > config.vocab_size:
        config.vocab_size //= 0


def test_as_many_rows_of_an_embedding_as_a_script_has_values_for() -> None:
    numpy = pytest.importorskip("numpy")
    run = made_up(knowing())
    run.code = SimpleNamespace(owns=lambda filename: filename == __file__)
    run.met = SimpleNamespace(tiny=True)
    config, centers = SimpleNamespace(vocab_size=128), numpy.linspace(-15, 15, 4094)
    with pytest.raises(AssertionError) as stopped:
        assert config.vocab_size >= len(centers) + 2
    assert models.vocabulary(run, stopped.value) == {"room": 4096}
    with pytest.raises(ZeroDivisionError) as fails:
        enlarged(config, centers)
    assert models.vocabulary(run, fails.value) is None


def test_a_column_that_a_query_of_pandas_lacks_is_made_up() -> None:
    pandas = pytest.importorskip("pandas")
    run = made_up(knowing())
    run.data = SimpleNamespace(real=False)
    with pytest.raises(pandas.errors.UndefinedVariableError) as lacks:
        pandas.DataFrame({"text": ["a"]}).query("votes > 0")
    assert columns.missing_column(run, lacks.value) == "votes"
    assert columns.missing_column(run, NameError("name 'votes' is not defined")) is None


def drawing(there: list[str], wanted: int) -> BaseException:
    with pytest.raises(ValueError) as stopped:
        random.sample(there, wanted)
    return stopped.value


def test_there_are_as_many_folders_as_a_script_draws() -> None:
    run = made_up(knowing(files=["clinics/<class>/"]))
    assert folders.drawn(run, drawing(["clinics/0", "clinics/1"], 4)) == {"folders": ["0", "1", "2", "3"]}
    assert folders.drawn(run, drawing(["of", "other", "things"], 4)) is None


def test_more_rows_are_made_up_where_a_script_draws_more_than_there_are() -> None:
    assert rows.more_rows(made_up(knowing()), drawing(["row"] * 64, 500)) == {"rows": 8}


def test_folders_of_classes_are_not_called_by_marks() -> None:
    ends, moods = (".", "!"), ["calm", "angry"]
    run = knowing(files=["speech/<class>/0.wav"])
    run.code = SimpleNamespace(owns=lambda filename: True)
    with pytest.raises(IndexError) as stopped:
        print(ends, moods[2])
    assert folders.named(run, stopped.value) == {"folders": ["calm", "angry"]}


@pytest.mark.parametrize("gone_with", [lambda nn: nn.LayerNorm(768), lambda nn: nn.Parameter(nn.Linear(768, 4).weight)])
def test_rows_of_numbers_are_as_wide_as_what_they_go_with(gone_with: Any) -> None:
    """A norm that takes them, places that are added to them; sizes of which none is theirs tell nothing."""
    torch = pytest.importorskip("torch")
    run, layer = knowing(), gone_with(torch.nn)
    run.met = SimpleNamespace(arrays={"numbers"})
    with pytest.raises(RuntimeError) as refused:
        layer(torch.rand(2, 4, 16)) if callable(layer) else torch.rand(2, 4, 16) + layer
    assert arrays.fitted(run, refused.value) == {"array width": 768}
    assert arrays.fitted(run, RuntimeError(str(refused.value).replace("16", "12"))) is None


def asking(run: Any, **options: object) -> Any:
    """Its script has a command line with these options, and has trained nothing."""
    run.filler, run.met = SimpleNamespace(options=options, knows=lambda name: False), SimpleNamespace(trained=False)
    run.hints = SimpleNamespace(strings=set())
    return made_up(run)


def test_arguments_are_not_guessed_at_where_something_was_passed_over() -> None:
    nothing = TypeError("'NoneType' object is not iterable")
    assert arguments.needed(asking(knowing(), bits=None), nothing) == {"arguments": ["bits"]}
    assert arguments.needed(asking(knowing(**{PASSED_OVER: True}), bits=None), nothing) is None


def test_the_number_of_the_process_is_an_argument_where_the_variables_of_a_launcher_do_not_help() -> None:
    groupless = ValueError("Default process group has not been initialized, please make sure to call it.")
    assert surroundings.ranks(asking(knowing(), local_rank=-1), groupless) == {"ranks": True}
    given = {"arguments": ["local_rank"], "values": {"local_rank": "0"}}
    assert surroundings.ranks(asking(knowing(ranks=True), local_rank=-1), groupless) == given
    assert surroundings.ranks(asking(knowing(ranks=True), local_rank=0), groupless) is None
    assert surroundings.ranks(asking(knowing(ranks=True, **given), local_rank=-1), groupless) is None
