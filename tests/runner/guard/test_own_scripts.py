"""Scripts that start others."""

from __future__ import annotations

from pathlib import Path

from tests.runner.conftest import Run
from tests.runner.samples import KEPT


def test_scripts_of_the_project_that_are_started_as_commands_are_followed(run: Run, tmp_path: Path) -> None:
    """A step of a pipeline and a trial of a sweep each; what they save is seen, and how they end."""
    steps = tmp_path / "steps"
    steps.mkdir()
    (steps / "__init__.py").touch()
    (steps / "fit.py").write_text(KEPT.replace('"out"', "sys.argv[1]").replace("import", "import sys\nimport", 1))
    (steps / "fail.py").write_text("import os\nraise SystemExit(int(os.environ['CODE']))\n")
    text = """\
import subprocess
import sys

subprocess.run([sys.executable, "-m", "steps.fit", "first"], check=True)
assert subprocess.call(["accelerate", "launch", "--num_processes", "1", "steps/fit.py", "second"]) == 0
assert subprocess.call([sys.executable, "steps/fail.py"], env={"CODE": "3"}) == 3
"""
    ran = run(text)
    assert ran.exit == 0, ran.json["reason"]
    assert {a["directory"] for a in ran.json["after"]["adapters"]} == {"first", "second"}


def test_a_script_that_starts_itself_under_a_launcher_goes_on_where_it_is_told_its_rank(run: Run) -> None:
    launch = """\
import os
import subprocess
import sys

if not os.environ.get("LOCAL_RANK"):
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "4", *sys.argv]
    raise SystemExit(subprocess.Popen(command).wait())
assert os.environ["WORLD_SIZE"] == "1"
"""
    ran = run(launch + KEPT)
    assert ran.exit == 0, ran.json["reason"]
