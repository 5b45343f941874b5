"""Where things lie after a run: what the script itself moved, removed or put beside each other."""

from __future__ import annotations

from pathlib import Path

from tests.runner.conftest import Run, adapters
from tests.runner.samples import HEAD, KEPT, LOOP, TRAINED, TRAINER


def test_an_adapter_beside_the_model_that_it_was_merged_into_counts_twice(run: Run) -> None:
    ran = run(KEPT + 'model.merge_and_unload().save_pretrained("out")\n')
    assert (ran.exit, ran.json["verdict"]) == (1, "failed")
    assert ran.json["reason"] == (
        "the merged model in out lies beside the adapter that it holds: "
        "from_pretrained of that directory applies the adapter a second time"
    )


def test_made_up_rows_take_nothing_away_from_what_lies_there(run: Run) -> None:
    text = """\
import click
from pathlib import Path

@click.command()
@click.argument("corpus", type=click.Path(exists=True, file_okay=False, path_type=Path))
def read(corpus):
    texts = [path.read_text() for path in corpus.glob("*.txt")]
    if not texts:
        raise click.ClickException("no texts")

read(standalone_mode=False)
"""
    ran = run(text + KEPT + 'model.merge_and_unload().save_pretrained("out")\n', "--", "texts")
    assert (ran.exit, ran.json["verdict"]) == (1, "failed")
    assert "applies the adapter a second time, with stand-ins for what is not here: " in ran.json["reason"]


def test_a_second_adapter_beside_the_merged_model_that_it_was_trained_on_counts_once(run: Run) -> None:
    text = KEPT + 'merged = model.merge_and_unload()\nmerged.save_pretrained("both")\n'
    text += 'model = get_peft_model(merged, LoraConfig(target_modules=["q_proj"]))\n' + LOOP
    ran = run(text + 'model.save_pretrained("both")\n', "--ignore", "LL")
    assert ran.exit == 0, ran.json["reason"]


def test_a_tilde_that_nobody_expands_is_a_folder_of_that_name(run: Run) -> None:
    ran = run(TRAINED + 'model.save_pretrained("~/out")\n')
    assert ran.exit == 0, ran.json["reason"]
    assert [a["directory"] for a in ran.json["after"]["adapters"]] == ["~/out"]


def test_the_table_has_what_is_there_in_the_end_and_where_it_is(run: Run) -> None:
    text = TRAINED + 'model.save_pretrained("early")\nos.makedirs("runs/x")\nos.chdir("runs/x")\n'
    text += 'model.save_pretrained(".")\nimport shutil\nshutil.rmtree("../../early")\n'
    shown = run(text, form="text").out
    rows = [line.split()[0] for line in shown.splitlines() if line.startswith("  ") and "adapter_model" in line]
    assert rows == ["runs/x/adapter_model.safetensors"]


def test_an_adapter_that_the_script_removes_is_not_missing_where_another_is_kept(run: Run) -> None:
    """The correction keeps the adapter beside the merged model; the first copy was only made to be loaded again."""
    more = """\
import shutil
from peft import PeftModel

base = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B")
PeftModel.from_pretrained(base, "out").merge_and_unload().save_pretrained("merged")
shutil.rmtree("out")
"""
    ran = run(KEPT + more)
    assert ran.exit == 0, ran.json["reason"]
    assert [a["directory"] for a in ran.json["after"]["adapters"]] == ["merged-adapter"]


def test_a_folder_above_the_scripts_own_is_the_one_that_was_predicted(run: Run) -> None:
    text = 'home = os.path.dirname(os.path.abspath(__file__))\nmodel.save_pretrained(os.path.join(home, "..", "out"))\n'
    ran = run(TRAINED + text)
    assert ran.exit == 0, ran.json["reason"]
    assert [a["directory"] for a in ran.json["after"]["adapters"]] == ["../out"]


def test_a_folder_beside_the_project_is_the_scripts_own_whatever_it_is_called(run: Run, tmp_path: Path) -> None:
    """The run has one of that name itself, for the models that stand in. Where it leads is not predicted."""
    (tmp_path / "pyproject.toml").touch()
    options = 'TrainingArguments(os.sep.join(sorted(["models", os.pardir, "ours"])), report_to="none")'
    ran = run(HEAD + TRAINER + f"Trainer(model, {options}, train_dataset=rows).train()\n")
    assert adapters(ran.json["after"]) == {"../models/ours/checkpoint-2": True}, ran.json["reason"]
