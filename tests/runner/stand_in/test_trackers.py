"""Trackers that are left out, where a script asks for them."""

from __future__ import annotations

from tests.runner.conftest import Run, reason
from tests.runner.samples import KEPT

ASKED = """\
from accelerate import Accelerator

accelerator = Accelerator({options})
accelerator.init_trackers("project")
tracker = accelerator.get_tracker("tensorboard")
tracker.tracker.add_text("note", "begins")
accelerator.get_tracker("tensorboard", unwrap=True).add_text("note", "goes on")
tracker.writer.flush()
"""


def test_accelerate_hands_out_one_that_is_silent(run: Run) -> None:
    ran = run(ASKED.format(options='log_with=["tensorboard"], project_dir="logs"') + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "trackers: silent" in ran.json["after"]["neutralised"]


def test_a_script_that_asked_for_none_has_none(run: Run) -> None:
    assert "object has no attribute 'tracker'" in reason(run(ASKED.format(options="") + KEPT))[1]
