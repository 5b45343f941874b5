"""Ways that stay apart are told apart at a glance: not each is held against each."""

from __future__ import annotations

from itertools import pairwise

import libcst as cst
import pytest

import lora_lint
from lora_lint.flow.values import ModelRef
from lora_lint.flow.worlds import fold, paths
from lora_lint.flow.worlds.world import World
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.signature import signatures

TRAINED = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(r=8))
Trainer(model=model, train_dataset=rows).train()
"""


def cases(count: int) -> str:
    """Each case leaves the model in a state of its own."""
    return "match mode:\n" + "".join(f"    case {n}:\n        model.set_adapter('a{n}')\n" for n in range(count))


def loads(count: int) -> str:
    """Each model comes from one of two places, and no test says from which."""
    return "".join(
        f"try:\n    m{n} = AutoModelForCausalLM.from_pretrained('x{n}')\n"
        f"except OSError:\n    m{n} = AutoModelForCausalLM.from_pretrained('y{n}')\n"
        for n in range(count)
    )


@pytest.mark.parametrize("ways", [cases, loads])
def test_twice_the_ways_are_compared_twice_as_often(ways: object, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    joined = fold.Fold.joined

    def counted(self: fold.Fold) -> object:
        nonlocal compared
        compared += 1
        return joined(self)

    monkeypatch.setattr(fold.Fold, "joined", counted)
    seen = []
    for count in (20, 40):
        compared = 0
        lora_lint.analyze_source(TRAINED + ways(count))  # type: ignore[operator]
        seen.append(compared)
    assert seen[1] <= 2.2 * max(seen[0], 10)


def test_what_is_compared_in_vain_counts_as_steps() -> None:
    """Each way holds another of the models, and no test says which of them."""
    start = World()
    models = [start.life.create(f"load {n}", "LlamaForCausalLM", quantized=f"{n} bit") for n in range(24)]
    ways = [start.copy() for _ in models]
    for way, model in zip(ways, models, strict=True):
        way.bind(("module", 0), "model", ModelRef(model))
    followed = paths.Paths()
    followed.fold(ways, cst.Pass())
    held, in_vain = 24 * len(models) // fold.OBJECTS, 24 * 23 // 2
    # where less is asked, the models have to agree still; at last their signatures tell them apart
    assert followed.steps == 2 * ((held + in_vain) // paths.IN_VAIN) + held // paths.IN_VAIN


def test_what_is_compared_in_vain_counts_for_more_where_there_is_much_of_it() -> None:
    assert in_vain(adapters=1) == 1
    assert in_vain(adapters=80) > 2 * 80 // fold.OBJECTS


def test_ways_that_hold_much_count_for_it_where_they_join() -> None:
    start = World()
    for n in range(40):
        start.life.create(f"load {n}", "LlamaForCausalLM")
    ways = [start.copy() for _ in range(8)]
    both, counted = fold.joined(ways, cst.Pass(), fold.Asked.ALL)
    assert (len(both), counted) == (1, 8 * 40 // fold.OBJECTS)


def in_vain(adapters: int) -> int:
    """What it counts that two ways put the same adapters on a model, and differ in what the last wrapper has active."""
    start = World()
    base = start.life.create("load", "LlamaForCausalLM")
    ways = [start.copy(), start.copy()]
    for way in ways:
        for n in range(adapters):
            last = way.life.wrap(base, way.life.adapter(f"adapter {n}", f"{n}", "created"), f"wrap {n}")
    way.life.replace(last, active=("other",))
    both, counted = fold.joined(ways, cst.Pass(), fold.Asked.ALL)
    assert both == ways
    return counted


def test_lives_in_one_state_have_one_signature() -> None:
    start = Life()
    base = start.create("load", "LlamaForCausalLM")
    model = start.wrap(base, start.adapter("adapter", "default", "created"), "wrap")
    lives = [start.copy() for _ in range(4)]
    for life, name in zip(lives, ("default", "default", "other", "default"), strict=True):
        life.replace(model, active=(name,), site=object())
    signs = signatures(lives, lenient=False)
    assert signs[0] == signs[1] == signs[3] != signs[2]


def test_a_wrapper_is_emptied_by_what_takes_its_layers_out_alone() -> None:
    """Where joined ways have lost which layers are whose, nothing was taken out."""
    life = Life()
    base = life.create("load", "LlamaForCausalLM")
    model = life.wrap(base, life.adapter("adapter", "default", "created"), "wrap")
    life.replace_base(model, layers=(life.adapter("another way's", "default", "created"),))
    assert not life.emptied(model)
    life.unload(model, "unload")
    assert life.emptied(model)


def test_names_of_weights_that_were_joined_again_and_again_are_found_at_once() -> None:
    life = Life()
    tokens = [(("adapter", 0), n) for n in range(5)]
    life.own("aliases").update(pairwise(tokens))
    assert life.canonical(tokens[0]) == tokens[-1]
    assert life.aliases[tokens[0]] == tokens[-1]


OPTIONAL = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(r=8))
given = {name: inputs[name] if name in inputs else None for name in NAMES}
model(**given).loss.backward()
model.merge_and_unload().save_pretrained("merged")
"""


def test_data_that_a_model_is_given_or_not_tells_no_ways_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of more inputs had doubled the steps, until some of the ways were left out."""
    steps = 0
    step = paths.Paths.step

    def counted(self: paths.Paths) -> None:
        nonlocal steps
        steps += 1
        step(self)

    monkeypatch.setattr(paths.Paths, "step", counted)
    seen = []
    for names in (["pixels"], ["pixels", "video", "audio", "types", "places", "grid"]):
        steps = 0
        findings = lora_lint.check_source(OPTIONAL.replace("NAMES", str(names)))
        assert [finding.name for finding in findings] == ["save-after-merge"]
        seen.append(steps)
    assert seen[1] <= 3 * seen[0]


BOTH = """\
one, other = {empty}, {empty}
for file in files:
    side = other if file == files[-1] and len(files) > 1 else one
    {put}
if not one:
    raise RuntimeError("there are none")
"""


@pytest.mark.parametrize(("empty", "put"), [("[]", "side.append(file)"), ("{}", "side[file] = 1")])
def test_one_of_two_lists_that_hold_nothing_so_far_is_not_the_other(empty: str, put: str) -> None:
    """Nor does a script surely end where one of them is asked whether there is anything in it."""
    text = BOTH.format(empty=empty, put=put) + TRAINED + 'model.merge_and_unload().save_pretrained("out")\n'
    assert {finding.code for finding in lora_lint.check_source(text)} == {"LL101"}
