"""What Python does with lists, iterators, flags and groups decides what is saved, and what is trained."""

from __future__ import annotations

import pytest
from tests.rules.idioms import MADE, SAVE, TRAIN, WRAP, found

import lora_lint

NAMED_AND_MERGED = """\
model.save_pretrained(str(next(places)))
model = model.merge_and_unload()
model.save_pretrained(str(next(places)))
"""


GROUPED = [
    ("{}", "groups.setdefault(depth(name), {'params': []})['params'].append(p)"),
    ("{}", "groups.setdefault((depth(name), 0.0), {'params': []})['params'].append(p)"),
    ("{n: {'params': []} for n in range(3)}", "groups[depth(name)]['params'].append(p)"),
    ("{n: {'params': []} for n in range(3)}", "groups[depth(name)]['params'] += [p]"),
    ("{n: {'params': []} for n in range(3)}", "random.choice([groups[0], groups[1]])['params'].append(p)"),
    ("{n: {'params': []} for n in range(3)}", "min(groups.values(), key=len)['params'].append(p)"),
    ("{n: {'params': []} for n in range(3)}", "regroup(groups, name, p)"),
]


@pytest.mark.parametrize(("empty", "put"), GROUPED)
def test_parameters_that_are_put_into_a_group_which_is_computed_are_held(empty: str, put: str) -> None:
    imports = "import random\nfrom elsewhere import depth, regroup\n"
    grouped = f"groups = {empty}\nfor name, p in model.named_parameters():\n    {put}\n"
    made = "optimizer = torch.optim.SGD(list(groups.values()))\n"
    assert found(imports + WRAP + grouped + made + TRAIN + SAVE) == []


def test_an_iterator_that_a_variable_keeps_gives_the_next_one() -> None:
    assert found('places = iter(["lora", "full"])\n' + WRAP + MADE + TRAIN + NAMED_AND_MERGED) == []
    assert found("places = itertools.count()\n" + WRAP + MADE + TRAIN + NAMED_AND_MERGED) == []
    same = 'place = next(iter(["lora", "full"]))\n'
    one = NAMED_AND_MERGED.replace("next(places)", "place")
    assert found(same + WRAP + MADE + TRAIN + one) == ["merged-into-adapter-dir"]


@pytest.mark.parametrize(
    "order", ["sorted(todo, key=lambda each: each[0])", "sorted(todo, key=rank, reverse=True)[::-1]"]
)
def test_a_list_that_is_put_in_order_is_gone_through_in_that(order: str) -> None:
    work = """\
def rank(each): return each[0]
def keep(): model.save_pretrained("out/lora")
def merge(): model.merge_and_unload().save_pretrained("out/full")
"""
    each = f"for _, do in {order}:\n    do()\n"
    assert found(WRAP + MADE + TRAIN + work + "todo = [(2, merge), (1, keep)]\n" + each) == []
    assert "emptied-adapter-saved" in found(WRAP + MADE + TRAIN + work + "todo = [(2, keep), (1, merge)]\n" + each)


def test_flags_say_what_is_in_them() -> None:
    flags = "class Keep(enum.Flag):\n    LORA = enum.auto()\n    FULL = enum.auto()\n"
    saves = """\
if Keep.LORA in keep:
    model.save_pretrained("out/lora")
if Keep.FULL in keep:
    model.merge_and_unload().save_pretrained("out/full")
"""
    assert found(flags + "keep = Keep.LORA | Keep.FULL\n" + WRAP + MADE + TRAIN + saves) == []
    assert found(flags + "keep = Keep.FULL\n" + WRAP + MADE + TRAIN + saves) == ["save-after-merge"]


def test_a_part_of_a_list_that_is_one_item_long_is_gone_through_once() -> None:
    load = "for adapter in names[:1]:\n    model = PeftModel.from_pretrained(model, adapter)\n"
    assert found("import sys\nnames = sys.argv[1:]\n" + load + "model.merge_and_unload()\n") == []
    assert found("import sys\nnames = sys.argv[1:]\n" + load.replace("[:1]", "[:2]")) == ["wrapped-twice"]


def test_a_method_of_a_library_may_be_called_by_its_class() -> None:
    trainer = """\
from transformers import Trainer
def save(self, folder):
    Trainer.save_model(self, folder)
    self.model.merge_and_unload().save_pretrained(folder + "/full")
trainer = Trainer(model=model, train_dataset=rows)
trainer.save_model = types.MethodType(save, trainer)
trainer.train()
trainer.save_model("out")
"""
    assert found(WRAP + trainer) == []
    assert "save-after-merge" in found(WRAP + trainer.replace("    Trainer.save_model(self, folder)\n", ""))


ROUNDS = """\
class Rounds:
    def __init__(self, model, count):
        self.model, self.left = model, count
    def __iter__(self):
        return self
    def __next__(self):
        if self.left == 0:
            self.model = self.model.merge_and_unload()
            raise StopIteration
        self.left -= 1
        self.model(**batch).loss.backward()
        optimizer.step()
        return self.left
"""
COUNTS = ["1", "2", "20", "args.rounds"]


@pytest.mark.parametrize("count", COUNTS)
def test_an_iterator_of_the_project_is_asked_before_each_pass(count: str) -> None:
    rounds = f"rounds = Rounds(model, {count})\n"
    each = "for left in rounds:\n    {}\n" + 'rounds.model.save_pretrained("full")\n'
    keep = 'rounds.model.save_pretrained(f"lora-{left}")'
    assert found(ROUNDS + WRAP + MADE + rounds + each.format("print(left)")) == ["save-after-merge"]
    assert found(ROUNDS + WRAP + MADE + rounds + each.format(keep)) == []
    once = "next(rounds)\nrounds.model.save_pretrained('lora')\n"
    assert found(ROUNDS + WRAP + MADE + rounds + once) == []
    asked = each.format("break").replace("full", "lora")
    assert found(ROUNDS + WRAP + MADE + rounds + asked) == []


CONTEXT = """\
from contextvars import ContextVar
current = ContextVar("current")
def keep(path): current.get().save_pretrained(path)
def model_at_hand():
    try:
        return current.get()
    except LookupError:
        current.set(get_peft_model(model, LoraConfig()))
        return current.get()
model = model_at_hand()
"""
MERGES = "current.set(current.get().merge_and_unload())\n"
PASSING = """\
token = current.set(copy.deepcopy(current.get()).merge_and_unload())
keep("full")
current.reset(token)
"""


def test_a_context_variable_holds_what_was_set_last() -> None:
    made = "import copy\n" + CONTEXT + MADE + TRAIN
    assert found(made + MERGES + "keep('full')\n") == ["save-after-merge"]
    assert found(made + "keep('lora')\n" + MERGES + "keep('full')\n") == []
    assert found(made + PASSING + "keep('lora')\n") == []
    assert found(made + PASSING) == ["save-after-merge"]


EXPORTERS = """\
from abc import ABC
class Exporter(ABC):
    def __init__(self, out): self.out = out
class Adapter(Exporter):
    name = "adapter"
    def __call__(self, model): model.save_pretrained(self.out)
class Merged(Exporter):
    name = "merged"
    def __call__(self, model): model.merge_and_unload().save_pretrained(self.out)
class Both(Merged):
    name = "both"
    def __call__(self, model):
        Adapter("lora")(model)
        super().__call__(model)
"""
BY_NAME = [
    "{each.name: each for each in Exporter.__subclasses__()}['NAME']('full')(model)\n",
    "next(each for each in Exporter.__subclasses__() if each.name == 'NAME')('full')(model)\n",
    "for each in Exporter.__subclasses__():\n    if each.name == 'NAME':\n        each('full')(model)\n",
]


@pytest.mark.parametrize("export", BY_NAME)
def test_a_class_knows_what_is_built_on_it(export: str) -> None:
    made = EXPORTERS + WRAP + MADE + TRAIN
    assert found(made + export.replace("NAME", "merged")) == ["save-after-merge"]
    assert found(made + export.replace("NAME", "adapter")) == []
    assert found(made + export.replace("Exporter.", "Merged.").replace("NAME", "both")) == []


def test_a_trainer_pushes_with_its_checkpoints_only() -> None:
    train = """\
from transformers import Trainer, TrainingArguments
args = TrainingArguments("runs", save_strategy="no", push_to_hub=True)
trainer = Trainer(model=model, args=args, train_dataset=rows)
trainer.train()
"""
    merge = "trainer.model.merge_and_unload().save_pretrained('full')\n"
    assert found(WRAP + train + merge) == ["save-after-merge"]
    assert found(WRAP + train.replace('"no"', '"epoch"') + merge) == []
    assert found(WRAP + train + "trainer.push_to_hub()\n" + merge) == []


FIRE = """\
import fire

class Cli:
    def __init__(self, base="gpt2"):
        self.base = base
    def train(self, out="out"):
        model = get_peft_model(AutoModelForCausalLM.from_pretrained(self.base), LoraConfig())
        optimizer = torch.optim.SGD(model.parameters())
        model(**batch).loss.backward()
        optimizer.step()
        model.save_pretrained(out)
    def merge(self, adapter, out):
        base = AutoModelForCausalLM.from_pretrained(self.base)
        PeftModel.from_pretrained(base, adapter).merge_and_unload().save_pretrained(out)

"""


@pytest.mark.parametrize("started", ["Cli", "Cli()", "{'train': Cli().train, 'merge': Cli().merge}"])
def test_fire_runs_one_of_the_methods(started: str) -> None:
    run = f"fire.Fire({started})\n"
    assert found(FIRE + run) == []
    assert found(FIRE.replace("model.save_pretrained", "model.unload().save_pretrained") + run) == ["save-after-merge"]


FIELDS = """\
from dataclasses import dataclass, fields
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

@dataclass
class Adapter:
    r: int = 8
    inference_mode: bool = True

asked = Adapter()
config = LoraConfig(**{field.name: getattr(asked, field.name) for field in fields(asked)})
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), config)
Trainer(model=model, args=TrainingArguments("runs"), train_dataset=rows).train()
"""


def test_the_fields_of_a_dataclass_are_gone_through_by_name() -> None:
    assert [finding.name for finding in lora_lint.check_source(FIELDS)] == ["inference-mode-config"]
    assert lora_lint.check_source(FIELDS.replace("bool = True", "bool = False")) == []


DISPATCHED = """\
from functools import singledispatch

@singledispatch
def keep(m):
    m.save_pretrained("full")

@keep.register
def _(m: PeftModel):
    m.save_pretrained("lora")

@keep.register(str)
def _(path):
    print(path)

"""


def test_the_class_of_what_a_function_is_given_says_which_of_several_runs() -> None:
    assert found(DISPATCHED + WRAP + MADE + TRAIN + "keep(model)\nkeep(model.merge_and_unload())\n") == []
    assert found(DISPATCHED + WRAP + MADE + TRAIN + "keep(model.merge_and_unload())\n") == ["save-after-merge"]
    assert found(DISPATCHED + WRAP + MADE + TRAIN + "keep(chosen(model))\n") == []
