"""Adapters that were not trained, or that lie beside others that were."""

from __future__ import annotations

from tests.runner.conftest import Run, adapters
from tests.runner.samples import HEAD, KEPT, LOOP


def test_failed_where_the_adapter_was_not_trained(run: Run) -> None:
    """The learning rate is nobody's business but the run's."""
    ran = run(KEPT.replace("lr=1e-3", "lr=float(os.environ.get('RATE', '0'))"))
    assert (ran.exit, ran.json["verdict"]) == (1, "failed")
    assert ran.json["reason"] == "the adapter in out is not usable: not trained: all 4 lora_B are zero, as at the start"


def test_nothing_was_trained(run: Run) -> None:
    ran = run(HEAD + 'model.save_pretrained("out")\n', "--ignore", "LL")
    assert ran.json["after"]["steps"] == 0
    assert adapters(ran.json["after"]) == {"out": False}
    assert (ran.exit, ran.json["reason"]) == (
        3, "the adapter in out is there, but untrained: the script trains nothing",
    )  # fmt: skip


def test_where_something_lacks_it_is_only_said_that_this_run_trained_nothing(run: Run) -> None:
    text = HEAD + 'print(open("notes.txt").read())\nmodel.save_pretrained("out")\n'
    why = run(text, "--ignore", "LL").json["reason"]
    assert why.endswith("the adapter in out is there, but untrained: nothing was trained in this run")


def test_an_adapter_that_no_step_moves_is_said_to_be_as_it_began(run: Run) -> None:
    """The optimizer holds the weights of another model."""
    other = "other = torch.nn.Linear(2, 2)\n"
    step = "optimizer = torch.optim.SGD(other.parameters())\nother(torch.ones(2)).sum().backward()\noptimizer.step()\n"
    ran = run(HEAD + other + step + 'model.save_pretrained("out")\n', "--ignore", "LL")
    assert (ran.exit, ran.json["reason"]) == (
        1, "the adapter in out is there, but nothing in it has moved in 1 step",
    )  # fmt: skip


def test_an_untrained_adapter_is_no_failure_where_checkpoints_hold_the_trained_one(run: Run) -> None:
    text = HEAD + (
        "from transformers import Trainer, TrainingArguments\n"
        'model.save_pretrained("early")\nrows = [{"input_ids": [1, 2, 3], "labels": [1, 2, 3]}] * 8\n'
        'Trainer(model, TrainingArguments("out"), train_dataset=rows).train()\n'
    )
    ran = run(text, "--ignore", "LL")
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert "only left in the checkpoint out/checkpoint-2" in ran.json["reason"]


def test_a_fresh_adapter_is_not_the_trained_one_that_a_checkpoint_holds(run: Run) -> None:
    text = HEAD + (
        "from transformers import Trainer, TrainingArguments\n"
        'rows = [{"input_ids": [1, 2, 3], "labels": [1, 2, 3]}] * 8\n'
        'Trainer(model, TrainingArguments("o"), train_dataset=rows).train()\n'
    )
    again = 'model = get_peft_model(base, LoraConfig(target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))\n'
    ran = run(text + again + 'model.save_pretrained("out")\n')
    left = "the trained adapter is only left in the checkpoint o/checkpoint-2"
    assert ran.json["reason"] == f"nothing has moved in the adapter that is saved in out; {left}"
    assert ran.exit == 3


def test_an_untrained_adapter_beside_a_trained_one_is_named(run: Run) -> None:
    second = 'model.add_adapter("second", LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM"))\n'
    ran = run(HEAD + second + LOOP + 'model.save_pretrained("out")\n', "--ignore", "LL")
    assert ran.exit == 0
    assert ran.json["reason"] == "the adapter files appear, but nothing has moved in out/second"
