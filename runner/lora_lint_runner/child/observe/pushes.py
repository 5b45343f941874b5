"""Pushes to the hub: kept from happening, and written to the box instead, so that what would be there can be looked
at."""

from __future__ import annotations

import os
import shutil
from typing import Any

from ..context import Run
from .saves import Saves

MODELS = {"transformers.modeling_utils": "PreTrainedModel", "peft.peft_model": "PeftModel"}
OTHERS = {
    "transformers.tokenization_utils_base": ("PreTrainedTokenizerBase",),
    "transformers.processing_utils": ("ProcessorMixin",),
    "transformers.configuration_utils": ("PreTrainedConfig", "PretrainedConfig"),  # the name before transformers 5
}
KEPT = ("safe_serialization", "max_shard_size", "save_embedding_layers")


def install(run: Run, saves: Saves) -> None:
    """Takes the place of every push_to_hub of models, tokenizers and trainers."""
    patches = run.patches

    @patches.after(*MODELS)
    def models(module: Any) -> None:
        patches.replace(getattr(module, MODELS[module.__name__]), "push_to_hub", lambda real: _pushing(run, saves))

    @patches.after(*OTHERS)
    def others(module: Any) -> None:
        for name in OTHERS[module.__name__]:
            if hasattr(module, name):
                patches.replace(getattr(module, name), "push_to_hub", lambda real: _left_out(run))

    @patches.after("transformers.trainer")
    def trainers(module: Any) -> None:
        patches.replace(module.Trainer, "push_to_hub", lambda real: _trainer_pushing(run, saves))


def finish(run: Run) -> None:
    """With push_to_hub=True a trainer uploads what each checkpoint holds: at the end, the box gets the last of them."""
    source, name = run.met.last_checkpoint, run.met.pushes
    if source is None or name is None or not os.path.isdir(source):
        return
    _copied(source, _folder(run, name))


def _folder(run: Run, name: str) -> str:
    return os.path.join(run.box("pushed"), name.replace("/", "--"))


def _pushing(run: Run, saves: Saves) -> Any:
    def push_to_hub(self: Any, repo_id: Any = "", *args: Any, **options: Any) -> Any:
        name = str(repo_id or options.get("repo_path_or_name") or "model")
        run.neutral(f"push to the hub ({name}): kept from happening, written to the box")
        folder = _folder(run, name)
        kept = {k: v for k, v in options.items() if k in KEPT}
        saves.around(
            "push_to_hub", "saved", self, name, lambda: self.save_pretrained(folder, **kept), hub=True, folder=folder
        )
        return f"https://hub/{name}"

    return push_to_hub


def _left_out(run: Run) -> Any:
    def push_to_hub(self: Any, repo_id: Any = "", *args: Any, **options: Any) -> Any:
        run.neutral(f"push to the hub ({repo_id}): kept from happening")
        return f"https://hub/{repo_id}"

    return push_to_hub


def _trainer_pushing(run: Run, saves: Saves) -> Any:
    def push_to_hub(self: Any, *args: Any, **options: Any) -> Any:
        run.neutral("push to the hub: kept from happening")
        name = str(getattr(self.args, "hub_model_id", None) or "")
        if name:
            folder = _folder(run, name)
            saves.around(
                "push_to_hub", "saved", self.model, name, lambda: _uploaded(self, folder), hub=True, folder=folder
            )
        else:
            self.save_model()
        run.journal.event("upload", call="push_to_hub", repo=name)

    return push_to_hub


def _uploaded(trainer: Any, folder: str) -> None:
    """Saves to the output directory, and has what lies there in the box, as it would be on the hub."""
    trainer.save_model()
    _copied(trainer.args.output_dir, folder)


def _copied(source: str, target: str) -> None:
    os.makedirs(target, exist_ok=True)
    for file in os.listdir(source):
        if os.path.isfile(os.path.join(source, file)) and not file.endswith((".pt", ".pth")):
            shutil.copyfile(os.path.join(source, file), os.path.join(target, file))
