"""LL510: the training arguments name a checkpoint to go on from, and the training begins anew; or the last one is
asked for in a directory that is new in each run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.models import WeightsPut
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule
from lora_lint.rules.questions import by_site, certain

SETTING = "resume_from_checkpoint"
# what may bring files to a directory: from another one, or from elsewhere
BRINGING = (
    "shutil.copytree shutil.copy shutil.copy2 shutil.move shutil.unpack_archive os.rename os.replace os.link "
    "os.symlink os.system subprocess.run subprocess.call subprocess.check_call subprocess.check_output "
    "subprocess.Popen huggingface_hub.snapshot_download .symlink_to .hardlink_to .rename .copy_into .move_into "
    ".extractall .download .download_file .download_artifact"
).split()
BY_HAND = ("._load_from_checkpoint", "._load_optimizer_and_scheduler")  # what `train(resume_from_checkpoint)` calls


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Trainings of new adapters whose checkpoint is named in a setting that no trainer reads."""
    for site, events in by_site(certain(lifecycle.of(Trained))).items():
        unread = [event for event in events if event.facts.unread and _begins_anew(lifecycle, event)]
        if unread and not lifecycle.mentioned.calls(*BY_HAND):
            message = (
                f"this training begins anew: no trainer reads `{SETTING}` of its arguments, "
                "the checkpoint has to be given to train()"
            )
            yield Report(site, message, "error", "high", facts=unread[0])
        elif all(event.facts.finds_none for event in events) and not _may_be_there(lifecycle, events):
            message = (
                "this raises ValueError: the last checkpoint is looked for in output_dir, whose name is another one in "
                "each run, so that there is none; name the directory of the run that is to go on"
            )
            yield Report(site, message, "error", "high")


def _may_be_there(lifecycle: Lifecycle, events: list[Event[Trained]]) -> bool:
    """An earlier training of this run writes checkpoints there, or the script may bring one."""
    places = [event.facts.output_dir for event in events]
    first = min(event.id for event in events)
    trainings = [event for event in lifecycle.of(Trained) if event.id < first]
    return lifecycle.mentioned.calls(*BRINGING) or any(event.facts.output_dir in places for event in trainings)


def _begins_anew(lifecycle: Lifecycle, event: Event[Trained]) -> bool:
    """Were the adapters made here, and were no weights put into them? The script may load the checkpoint by itself."""
    made = [event.life.adapters[adapter].origin == "created" for adapter in event.facts.adapters]
    return bool(made) and all(made) and not any(put.id < event.id for put in lifecycle.of(WeightsPut))


def fix(report: Report, editor: Any) -> Any:
    """Unsafe: the training then does go on from the checkpoint, and fails where it is not there."""
    from lora_lint.fixes.arguments import resume_as_asked

    if report.facts is None:
        return None
    return resume_as_asked(editor, report.facts, SETTING)


RULE = Rule(
    "LL510",
    "checkpoint-not-resumed",
    "the checkpoint to resume from is where no trainer looks for it",
    (Trained,),
    check,
    fix,
    preview=True,
)
