"""Objects of the script's own classes: what Python calls on them, and what is asked of them by a name put together."""

from __future__ import annotations

import pytest

from lora_lint import check_source

HEAD = """\
import argparse
import asyncio
import collections
import threading
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

args = argparse.ArgumentParser().parse_args()
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
Trainer(model, TrainingArguments("runs", save_strategy="no"), train_dataset=rows).train()


class Job(Base):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def save_adapter(self):
        self.model.save_pretrained("adapter")

    def save_merged(self):
        {first}
        self.model.merge_and_unload().save_pretrained("merged")

    def run(self):
        self.save_merged()

    async def __aenter__(self):
        self.save_merged()
        return self

    async def __aexit__(self, *error):
        pass


async def use(job):
    async with job:
        pass


def job():
    {first_of_function}
    job.model.merge_and_unload().save_pretrained("merged")


{last}
"""
KEEP = "self.save_adapter()"
USES = {
    "a method whose name is put together": "getattr(Job(model), f'save_{args.kind}')()",
    "a method by a name that is not known": "getattr(Job(model), args.kind)()",
    "a thread's run": "Job(model).start()",
    "an asynchronous block": "asyncio.run(use(Job(model)))",
    "an attribute of a function": "job.model = model\njob()",
    "the first of several dicts": (
        "models = collections.ChainMap({'a': model.merge_and_unload()}, {'a': model})\nmodels['a'].save_pretrained('b')"
    ),
}


def found(last: str, *, kept: bool) -> list[str]:
    base = "threading.Thread" if "start" in last else "object"
    of_function = "job.model.save_pretrained('adapter')" if kept else "pass"
    script = HEAD.format(first=KEEP if kept else "pass", first_of_function=of_function, last=last)
    return [finding.name for finding in check_source(script.replace("(Base)", f"({base})"))]


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_the_adapter_is_lost(use: str) -> None:
    assert found(use, kept=False) == ["save-after-merge"]


@pytest.mark.parametrize("use", list(USES.values())[:-1], ids=list(USES)[:-1])
def test_the_adapter_is_kept(use: str) -> None:
    assert found(use, kept=True) == []


ERROR = """\
class Done(Exception):
    def __init__(self, model):
        super().__init__("trained")
        self.model = model


def run():
    raise Done(model)


try:
    run()
except Done as done:
    {lines}
"""


def test_an_error_carries_a_model_to_its_handler() -> None:
    saved = "done.model.save_pretrained('adapter')"
    merged = "done.model.merge_and_unload().save_pretrained('merged')"
    assert found(ERROR.format(lines=saved), kept=False) == []
    assert found(ERROR.format(lines=f"{saved}\n    {merged}"), kept=False) == []
    assert found(ERROR.format(lines=merged), kept=False) == ["save-after-merge"]


def test_an_error_is_not_that_of_an_earlier_handler() -> None:
    again = "pass\ntry:\n    raise ValueError\nexcept ValueError as done:\n    done.model.save_pretrained('out')"
    assert found(ERROR.format(lines=again), kept=False) == ["adapter-never-saved"]


HOLDER = """\
class Holder:
    def __init__(self, model):
        self.model = model

    def __bool__(self):
        return {answer}


holder = Holder(model)
{test}:
    holder.model.save_pretrained("adapter")
"""


@pytest.mark.parametrize(("test", "saved"), [("if holder", True), ("if not holder", False), ("if holder and 1", True)])
@pytest.mark.parametrize("answer", ["True", "hasattr(self.model, 'peft_config')", "False"])
def test_a_class_says_itself_whether_its_objects_are_true(test: str, saved: bool, answer: str) -> None:
    kept = saved is (answer != "False")
    assert found(HOLDER.format(answer=answer, test=test), kept=False) == ([] if kept else ["adapter-never-saved"])


def test_of_several_dicts_the_first_that_has_a_key_counts() -> None:
    assert found("collections.ChainMap({'b': 1}, {'a': model})['a'].save_pretrained('out')", kept=True) == []


def test_a_name_that_no_method_has_leaves_open_what_is_done_with_the_model() -> None:
    assert found("getattr(Job(model), f'publish_{args.kind}')()", kept=False) == []


def test_a_method_that_may_not_be_there() -> None:
    use = "step = getattr(Job(model), f'save_{args.kind}', None)\nif step is not None:\n    step()"
    assert found(use, kept=True) == []
