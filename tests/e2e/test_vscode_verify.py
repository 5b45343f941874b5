"""Verify in a real VS Code: the lens over a save runs the script for real."""

from __future__ import annotations

import importlib.util

import pytest

pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")

from scripts import LOST, ROWS
from window import LONG, Window, expect

MISSING = [name for name in ("torch", "transformers", "peft", "datasets") if importlib.util.find_spec(name) is None]
RUN = 400_000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(bool(MISSING), reason=f"a run needs {', '.join(MISSING)}"),
]


def test_the_lens_runs_the_script_and_shows_what_came_out(window: Window) -> None:
    window.write("train.jsonl", ROWS)
    window.write("train.py", LOST)
    window.open("train.py")
    window.lens("Verify adapter files").last.click(timeout=LONG)
    window.page.locator(".statusbar-item", has_text="Verifying train.py").wait_for(timeout=LONG)
    window.shot("8-verify-runs")
    window.toast("Confirmed: the adapter files appear").wait_for(timeout=RUN)
    window.mark("verified")
    report = window.webview
    expect(report.locator(".verdict")).to_contain_text("Confirmed")
    expect(report.get_by_role("row", name="out-adapter/adapter_model.safetensors").first).to_contain_text("missing")
    expect(window.lens("✓ Confirmed").first).to_be_visible()
    window.shot("9-verify-report", "verify")
    window.close_toasts()
    expect(window.problem("confirmed by a run")).to_have_count(2)
    assert (window.folder / "train.py").read_text() == LOST, "a run changes nothing of the user's"
    assert not (window.folder / "out").exists()

    window.put_cursor("rows = load_dataset")
    window.page.keyboard.type("# ")
    expect(window.lens("✓ Confirmed")).to_have_count(0, timeout=LONG)
    assert "[error]" not in window.server.log()


def test_missing_data_can_be_made_up(window: Window) -> None:
    text = LOST.replace("import AutoModelForCausalLM, Trainer, TrainingArguments", "import AutoModelForCausalLM")
    text = text.replace("\n\nmodel", "\nfrom trl import SFTConfig, SFTTrainer\n\nmodel", 1)
    text = text.replace("TrainingArguments(", "SFTConfig(").replace("Trainer(model", "SFTTrainer(model")
    window.write("train.py", text)
    window.open("train.py")
    window.lens("Verify adapter files").last.click(timeout=LONG)
    toast = window.toast("The run proved nothing")
    toast.wait_for(timeout=RUN)
    toast.get_by_role("button", name="Make the Rows Up").click()
    window.toast("Confirmed: the adapter files appear").wait_for(timeout=RUN)


def test_a_run_can_be_cancelled(window: Window) -> None:
    window.write("train.py", f"import time\n\ntime.sleep(600)\n{LOST}")
    window.open("train.py")
    window.lens("Verify adapter files").last.click(timeout=LONG)
    status = window.page.locator(".statusbar-item", has_text="Verifying train.py")
    status.wait_for(timeout=LONG)
    window.page.wait_for_timeout(2000)
    status.click()
    window.notifications.filter(has_text="Verifying train.py").get_by_role("button", name="Cancel").click()
    expect(status).to_have_count(0, timeout=LONG)
    expect(window.toast("Confirmed")).to_have_count(0)
