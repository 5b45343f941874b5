"""Weights that lack the adapter's name, put in out of one of several files: of an earlier run, or of another script."""

from __future__ import annotations

from pathlib import Path

import pytest

from lora_lint import check_paths, check_source

STORE = """\
import torch
from peft import get_peft_model_state_dict, set_peft_model_state_dict


class Store:
    def __init__(self, root):
        self.root = root

    def put(self, model, step):
        weights = {name: tensor.cpu() for name, tensor in get_peft_model_state_dict(model).items()}
        torch.save(weights, self.root / f"step-{step}.pt")

    def newest(self):
        found = [file for file in self.root.glob("step-*.pt") if file.stat().st_size]
        return sorted(found, key=lambda file: int(file.stem.split("-")[1]))[-1]

    def take(self, model):
        model.load_state_dict(torch.load(self.newest()), strict=False)
        return model
"""
MADE = """\
import os
import sys
from pathlib import Path

from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

from store import Store

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
"""
TRAIN = f"""\
{MADE}
for step, batch in enumerate(batches()):
    model(**batch).loss.backward()
    Store(Path("runs/gsm")).put(model, step)
"""
PROBE = f"""\
{MADE}
model = Store(Path("runs/gsm")).take(model)
print(model.generate())
"""
RESUMED = f"""\
{MADE.replace("from store import Store", STORE)}
store = Store(Path("runs/gsm"))
if os.listdir("runs/gsm"):
    store.take(model)
for step, batch in enumerate(batches()):
    model(**batch).loss.backward()
    store.put(model, step)
model.save_pretrained("out")
"""
UNMATCHED = "adapter-keys-unmatched"


def written(folder: Path, **texts: str) -> list[tuple[str, str]]:
    (folder / "pyproject.toml").write_text('[project]\nname = "math"\n')
    for name, text in ({"store": STORE, "train": TRAIN, "probe": PROBE} | texts).items():
        (folder / f"{name}.py").write_text(text)
    findings = check_paths([folder], cached=False).findings
    return [(Path(finding.filename).stem, finding.severity) for finding in findings if finding.name == UNMATCHED]


def test_what_another_script_puts_into_a_store_fits_no_model(tmp_path: Path) -> None:
    assert written(tmp_path) == [("store", "warning")]


def test_so_it_does_under_one_name(tmp_path: Path) -> None:
    named = STORE.replace('f"step-{step}.pt"', '"last.pt"').replace("self.newest()", 'self.root / "last.pt"')
    assert written(tmp_path, store=named) == [("store", "warning")]


def test_a_store_of_another_folder_is_none_of_it(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert (
        written(other, store=STORE.replace("get_peft_model_state_dict(model).items", "model.state_dict().items")) == []
    )
    (other / "pyproject.toml").unlink()
    assert written(tmp_path) == [("store", "warning")]


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(
            {"store": STORE.replace("model.load_state_dict(", "set_peft_model_state_dict(model, ")}, id="put in by PEFT"
        ),
        pytest.param(
            {"store": STORE.replace("get_peft_model_state_dict(model).items", "model.state_dict().items")},
            id="own keys",
        ),
        pytest.param({"train": TRAIN.replace("runs/gsm", "runs/other")}, id="in another folder"),
        pytest.param({"train": TRAIN.replace('"runs/gsm"', "sys.argv[1]")}, id="in a folder that is not known"),
        pytest.param({"store": STORE.replace("step-*", "best-*")}, id="by another name"),
        pytest.param(
            {"train": TRAIN + 'import torch\ntorch.save(renamed(model), Path("runs/gsm") / "step-0.pt")\n'},
            id="or in another form",
        ),
        pytest.param(
            {"train": TRAIN + 'os.replace("elsewhere.pt", "runs/gsm/step-0.pt")\n'}, id="or brought from elsewhere"
        ),
    ],
)
def test_what_may_fit_is_passed_over(tmp_path: Path, texts: dict[str, str]) -> None:
    assert written(tmp_path, **texts) == []


def found(script: str) -> list[str]:
    return [finding.name for finding in check_source(script) if finding.name == UNMATCHED]


BESIDE = '    torch.save(step, "runs/gsm/counter.pt")\n'
LARGEST = RESUMED.replace("sorted(found", "max(found").replace("[1]))[-1]", "[1]))")


@pytest.mark.parametrize("script", [RESUMED, LARGEST, RESUMED.replace("model.save", f"{BESIDE}model.save")])
def test_an_earlier_run_has_filled_the_folder(script: str) -> None:
    assert found(script) == [UNMATCHED]


def test_what_this_run_has_put_there_the_model_may_hold_already() -> None:
    taken = "    store.take(model)\n"
    assert found(RESUMED.replace(taken, "    pass\n") + "store.take(model)\n") == []
