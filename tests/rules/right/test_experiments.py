"""Scripts that try something and mean to keep no adapter, each beside one that loses it."""

from __future__ import annotations

import pytest
from tests.rules.idioms import HEAD, NEVER, SAVE, TRAIN, WRAP, found

import lora_lint

REFERENCE = """\
class Reference:
    def __enter__(self):
        self.off = model.disable_adapter()
        self.off.__enter__()

    def __exit__(self, *error):
        self.off.__exit__(*error)


with Reference():
    {}
"""


def test_a_context_manager_may_be_entered_by_hand() -> None:
    assert found(WRAP + REFERENCE.format("model(**batch)") + TRAIN + SAVE) == []
    assert found(WRAP + REFERENCE.format("model(**batch).loss.backward(); optimizer.step()") + SAVE) == [
        "train-while-disabled"
    ]


PERTURBED = """\
for batch in batches:
    embedded = model.get_input_embeddings()(batch["input_ids"])
    {}
    model.disable_adapter_layers()
    model(inputs_embeds=embedded, labels=batch["labels"]).loss.backward()
    model.enable_adapter_layers()
    model(inputs_embeds=embedded + embedded.grad.sign(), labels=batch["labels"]).loss.backward()
    optimizer.step()
"""


def test_a_pass_without_the_adapter_may_be_made_for_the_gradient_of_its_input() -> None:
    for asked in ("embedded.requires_grad_(True)", "embedded.requires_grad = True"):
        assert found(WRAP + PERTURBED.format(asked) + SAVE) == []
    assert found(WRAP + PERTURBED.format("print(embedded)") + SAVE) == ["train-while-disabled"]
    unread = PERTURBED.format("embedded.requires_grad_(True)").replace("embedded.grad", "embedded")
    assert found(WRAP + unread + SAVE) == ["train-while-disabled"]


RECORDS = ['figure.write_html("losses.html")', "file.write(text)", 'wandb.log({"loss": loss})']


@pytest.mark.parametrize("record", RECORDS)
def test_an_experiment_looks_at_what_has_become_of_the_weights(record: str) -> None:
    trained = f"import wandb\n{WRAP}optimizer = torch.optim.SGD(model.parameters())\n{TRAIN}"
    looked = "norms = [p.detach().norm() for p in model.parameters()]\n"
    assert found(trained + looked + record) == []
    assert found(trained + record) == ["adapter-never-saved"]
    unknown = "cls = class_of(model)\nmodel = cls.from_pretrained('gpt2')\n"
    assert found(unknown + trained + looked + record) == []
    assert found(unknown + trained + record) == ["adapter-never-saved"]


def test_an_experiment_wants_no_more_than_its_results() -> None:
    trained = f"import argparse, json\n{WRAP}optimizer = torch.optim.SGD(model.parameters())\n{TRAIN}"
    results = 'with torch.no_grad():\n    loss = model(**rows).loss\njson.dump(loss.item(), open("loss.json", "w"))\n'
    option = 'parser = argparse.ArgumentParser()\nparser.add_argument("--output-dir")\nargs = parser.parse_args()\n'
    assert found(trained + results) == []
    assert found(trained + results + 'tokenizer.save_pretrained("out")\n') == ["adapter-never-saved"]
    assert found(option + trained + results) == ["adapter-never-saved"]
    assert found(option + trained + results + "plot(args.output_dir)\n") == []
    drawn = results.replace('json.dump(loss.item(), open("loss.json", "w"))', "pyplot.plot(loss)\n{}")
    draws = "from matplotlib import pyplot\n" + trained + drawn
    assert found(draws.format('pyplot.savefig("loss.png")\n')) == []
    assert found(draws.format("pyplot.show()\n")) == ["adapter-never-saved"]
    profiled = "from torch.profiler import profile\n\nwith profile() as seen:\n    model(**batch).loss.backward()\n"
    assert found(WRAP + profiled) == []


@pytest.mark.parametrize("decorator", ["torch.no_grad()", "torch.no_grad", "torch.set_grad_enabled(False)"])
def test_an_experiment_may_be_evaluated_by_a_decorated_function(decorator: str) -> None:
    trained = f"import json\n{WRAP}optimizer = torch.optim.SGD(model.parameters())\n{TRAIN}"
    evaluate = "def evaluate(model):\n    return sum(model(**batch).loss.item() for batch in loader)\n"
    record = 'json.dump(evaluate(model), open("loss.json", "w"))\n'
    assert found(f"@{decorator}\n{evaluate}{trained}{record}") == []
    assert found(f"{evaluate}{trained}{record}") == ["adapter-never-saved"]
    method = evaluate.replace("\n    ", "\n        ").replace("(model)", "(self, model)")
    probe = f"class Probe:\n    @{decorator}\n    {method}"
    assert found(probe + trained + record.replace("evaluate(", "Probe().evaluate(")) == []


@pytest.mark.parametrize(
    ("name", "names"), [("train.py", NEVER), ("latest.py", NEVER), ("test_qlora.py", []), ("memory_test.py", [])]
)
def test_a_script_that_is_named_as_a_test_tries_whether_training_runs(name: str, names: list[str]) -> None:
    findings = lora_lint.check_source(HEAD + WRAP + TRAIN, filename=name)
    assert [finding.name for finding in findings] == names


MADE_UP = ["torch.randint(0, 100, (1, 8))", 'torch.randint(0, 100, (1, 8)).to("cuda")', "torch.ones(1, 8)"]


@pytest.mark.parametrize("tensor", MADE_UP)
def test_what_is_trained_on_made_up_tensors_is_only_tried(tensor: str) -> None:
    step = f"{WRAP}ids = {tensor}\nmodel(input_ids=ids, labels={{labels}}).loss.backward()\noptimizer.step()\n"
    assert found(step.format(labels="ids")) == []
    assert found(step.format(labels='batch["labels"]')) == NEVER
    assert found(step.format(labels="ids") + TRAIN) == NEVER


BEFORE_AND_AFTER = """\
@torch.no_grad()
def perplexity(model, rows):
    return model(rows).loss.item()


before = perplexity(model, rows)
{}after = perplexity(model, rows)
"""


def test_a_function_tries_out_what_was_trained_though_it_ran_before_the_training_too() -> None:
    measured = WRAP + BEFORE_AND_AFTER.format(TRAIN)
    assert found(measured) == NEVER
    assert found(f'{measured}open("result.txt", "w").write(f"{{before}} {{after}}")\n') == []
