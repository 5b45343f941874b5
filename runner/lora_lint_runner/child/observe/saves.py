"""Every save: the line, the real type of what is saved, and which files the call wrote."""

from __future__ import annotations

import os
from typing import Any

from ..context import Run
from .outputs import Outputs
from .state import Models, adapters_of, unwrapped

Listing = dict[str, tuple[int, int]]


class Saves:
    """Watches saves. Of saves within a save only the outermost counts."""

    def __init__(self, run: Run, models: Models, outputs: Outputs) -> None:
        self.run, self.models, self.outputs = run, models, outputs
        self.depth = 0
        self.saved: list[dict[str, Any]] = []

    def around(
        self, how: str, kind: str, model: Any, place: Any, real: Any, *, hub: bool = False, folder: Any = None
    ) -> Any:
        """Does a save (`real`, without arguments) and writes down what it left at `place`."""
        stand_ins = self.run.parts.get("hub")
        if self.depth or place is None or self.run.parts.get("over") or (stand_ins is not None and stand_ins.busy):
            return real()
        paths = self.run.parts["paths"]
        target = os.path.abspath(os.fspath(paths.reading(folder if folder is not None else place)))
        before = listing(target)
        state, own = self._state(model), self.run.code.asks()
        self.depth += 1
        error = None
        try:
            return real()
        except BaseException as problem:
            error = f"{type(problem).__name__}: {problem}".splitlines()[0][:300]
            raise
        finally:
            self.depth -= 1
            target = os.path.abspath(os.fspath(paths.reading(folder if folder is not None else place)))
            files = changed(before, listing(target), target, named(place))
            fact = {
                "how": how,
                "place": named(place),
                "hub": hub,
                "files": files,
                "folder": target,
                "error": error,
                "own": own,
            }
            if error is None and model is not None and state is not None:
                fact["starts"] = self._starts(model, target)
                self.outputs.remember(target, model)
            self.run.journal.event(kind, model=state, **fact)
            self.saved.append({"kind": kind, "model": state, **fact})
            self.run.parts["loops"].reached()

    def _state(self, model: Any) -> dict[str, Any] | None:
        import torch

        return self.models.describe(model) if isinstance(model, torch.nn.Module) else None

    def _starts(self, model: Any, target: str) -> dict[str, Any]:
        """How the adapters that are saved here began."""
        inner, _ = unwrapped(model)
        found = {}
        for name in adapters_of(inner):
            start = self.models.start(inner, name)
            if start is not None:
                found[name] = {"origin": start.origin, "digests": start.digests}
                self.models.kept.setdefault(target, {})[name] = start
        return found


def named(place: Any) -> str:
    """A place as the script names it."""
    return (
        os.path.normpath(os.fspath(place)) if isinstance(place, (str, os.PathLike)) and os.fspath(place) else str(place)
    )


def listing(folder: str) -> Listing:
    """Files below a folder (or the file itself) with size and time of change."""
    found: Listing = {}
    if os.path.isfile(folder):
        entry = os.stat(folder)
        return {folder: (entry.st_size, entry.st_mtime_ns)}
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            try:
                entry = os.lstat(path)
            except OSError:
                continue
            found[path] = (entry.st_size, entry.st_mtime_ns)
    return found


def changed(before: Listing, after: Listing, folder: str, place: str) -> dict[str, dict[str, int]]:
    """What was written, by directory as the script names it."""
    found: dict[str, dict[str, int]] = {}
    for path, entry in sorted(after.items()):
        if before.get(path) == entry:
            continue
        if path == folder:
            home, name = os.path.split(place)
        else:
            relative = os.path.relpath(os.path.dirname(path), folder)
            home = place if relative == "." else os.path.join(place, relative)
            name = os.path.basename(path)
        found.setdefault(home or ".", {})[name] = entry[0]
    return found


# -- patches -----------------------------------------------------------------------------------------------------------


def install(run: Run, saves: Saves) -> None:
    """Wraps every call that saves a model."""
    paths = run.parts["paths"]
    patches = run.patches
    run.parts["uploads"] = _uploads(run)

    def model_saves(how: str, kind: str = "saved") -> Any:
        def make(real: Any) -> Any:
            def save_pretrained(self: Any, save_directory: Any = None, *args: Any, **options: Any) -> Any:
                if save_directory is None:
                    return real(self, *args, **options)
                if run.spec.smoke and options.pop("push_to_hub", None):
                    run.neutral("push to the hub: kept from happening")
                target = paths.writing(save_directory)
                return saves.around(how, kind, self, save_directory, lambda: real(self, target, *args, **options))

            return save_pretrained

        return make

    @patches.after("transformers.modeling_utils")
    def transformers_(module: Any) -> None:
        patches.replace(module.PreTrainedModel, "save_pretrained", model_saves("save_pretrained"))
        patches.replace(module.PreTrainedModel, "push_to_hub", lambda real: _pushing(run, saves, real))

    @patches.after("peft.peft_model")
    def peft_(module: Any) -> None:
        patches.replace(module.PeftModel, "save_pretrained", model_saves("save_pretrained"))
        patches.replace(module.PeftModel, "push_to_hub", lambda real: _pushing(run, saves, real))

    @patches.after("diffusers.models.modeling_utils")
    def diffusers_(module: Any) -> None:
        patches.replace(module.ModelMixin, "save_pretrained", model_saves("save_pretrained"))

    @patches.after("transformers.tokenization_utils_base")
    def tokenizers(module: Any) -> None:
        patches.replace(module.PreTrainedTokenizerBase, "save_pretrained", lambda real: _redirected(paths, real))
        patches.replace(module.PreTrainedTokenizerBase, "push_to_hub", lambda real: _not_pushed(run))

    @patches.after("transformers.processing_utils")
    def processors(module: Any) -> None:
        patches.replace(module.ProcessorMixin, "save_pretrained", lambda real: _redirected(paths, real))
        patches.replace(module.ProcessorMixin, "push_to_hub", lambda real: _not_pushed(run))

    @patches.after("transformers.configuration_utils")
    def configs(module: Any) -> None:
        config = getattr(module, "PreTrainedConfig", None) or module.PretrainedConfig
        patches.replace(config, "push_to_hub", lambda real: _not_pushed(run))

    @patches.after("transformers.trainer")
    def trainers(module: Any) -> None:
        def saving(real: Any) -> Any:
            def save_model(self: Any, output_dir: Any = None, *args: Any, **options: Any) -> Any:
                place = output_dir if output_dir is not None else self.args.output_dir
                target = paths.writing(place) if output_dir is not None else None
                shown = _shown(run, place) if output_dir is None else place
                return saves.around(
                    "save_model", "saved", self.model, shown, lambda: real(self, target, *args, **options), folder=place
                )

            return save_model

        def checkpointing(real: Any) -> Any:
            def save_checkpoint(self: Any, *args: Any, **options: Any) -> Any:
                place = os.path.join(self.args.output_dir, f"checkpoint-{self.state.global_step}")
                if "pushes" in run.parts:
                    run.parts["push from"] = place
                return saves.around(
                    "checkpoint",
                    "checkpoint",
                    self.model,
                    _shown(run, place),
                    lambda: real(self, *args, **options),
                    folder=place,
                )

            return save_checkpoint

        def pushing(real: Any) -> Any:
            def push_to_hub(self: Any, *args: Any, **options: Any) -> Any:
                run.neutral("push to the hub: kept from happening")
                self.save_model()
                run.journal.event(
                    "upload", call="push_to_hub", repo=str(getattr(self.args, "hub_model_id", None) or "")
                )

            return push_to_hub

        patches.replace(module.Trainer, "save_model", saving)
        patches.replace(module.Trainer, "_save_checkpoint", checkpointing)
        patches.replace(module.Trainer, "push_to_hub", pushing)

    @patches.after("torch.serialization")
    def torch_(module: Any) -> None:
        patches.replace(module, "save", lambda real: _raw(run, saves, real, "torch.save", 1))

    @patches.after("safetensors.torch")
    def safetensors(module: Any) -> None:
        patches.replace(module, "save_file", lambda real: _raw(run, saves, real, "save_file", 1))

    @patches.after("accelerate.accelerator")
    def accelerate(module: Any) -> None:
        patches.replace(
            module.Accelerator, "save_model", lambda real: _second_place(run, saves, real, "accelerator.save_model")
        )
        patches.replace(
            module.Accelerator, "save_state", lambda real: _first_place(run, saves, real, "accelerator.save_state")
        )
        patches.replace(
            module.Accelerator, "save", lambda real: _raw(run, saves, real, "accelerator.save", 1, method=True)
        )


def _uploads(run: Run) -> Any:
    """With push_to_hub=True a trainer uploads what each checkpoint holds: at the end, the box gets the last of them."""

    def upload() -> None:
        import shutil

        source = run.parts.get("push from")
        if source is None or not os.path.isdir(source):
            return
        target = os.path.join(run.box("pushed"), run.parts["pushes"].replace("/", "--"))
        os.makedirs(target, exist_ok=True)
        for name in os.listdir(source):
            if os.path.isfile(os.path.join(source, name)) and not name.endswith((".pt", ".pth")):
                shutil.copyfile(os.path.join(source, name), os.path.join(target, name))

    return upload


def _shown(run: Run, place: Any) -> Any:
    """A path that was redirected when the arguments were made, as the script named it."""
    moved = run.parts["paths"].moved
    text = os.fspath(place)
    return text[len(moved) :] if text.startswith(moved + os.sep) else place


def _redirected(paths: Any, real: Any) -> Any:
    def save_pretrained(self: Any, save_directory: Any, *args: Any, **options: Any) -> Any:
        options.pop("push_to_hub", None)
        return real(self, paths.writing(save_directory), *args, **options)

    return save_pretrained


def _not_pushed(run: Run) -> Any:
    def push_to_hub(self: Any, repo_id: Any = "", *args: Any, **options: Any) -> Any:
        run.neutral(f"push to the hub ({repo_id}): kept from happening")
        return f"https://hub/{repo_id}"

    return push_to_hub


def _pushing(run: Run, saves: Saves, real: Any) -> Any:
    """A push writes what it would upload into the box: that is what would be on the hub."""

    def push_to_hub(self: Any, repo_id: Any = "", *args: Any, **options: Any) -> Any:
        name = str(repo_id or options.get("repo_path_or_name") or "model")
        run.neutral(f"push to the hub ({name}): kept from happening, written to the box")
        folder = os.path.join(run.box("pushed"), name.replace("/", "--"))
        kept = {
            k: v for k, v in options.items() if k in ("safe_serialization", "max_shard_size", "save_embedding_layers")
        }
        saves.around(
            "push_to_hub", "saved", self, name, lambda: self.save_pretrained(folder, **kept), hub=True, folder=folder
        )
        return f"https://hub/{name}"

    return push_to_hub


def _raw(run: Run, saves: Saves, real: Any, how: str, place: int, method: bool = False) -> Any:
    """Tensors without a config: what the script itself writes by torch.save or save_file."""

    def save(*args: Any, **options: Any) -> Any:
        if saves.depth or not run.code.asks():
            return real(*args, **options)
        spot = place + (1 if method else 0)
        target = args[spot] if len(args) > spot else options.get("f", options.get("filename"))
        if not isinstance(target, (str, os.PathLike)):
            return real(*args, **options)
        content = args[spot - 1] if len(args) >= spot else None
        kind = "weights_saved" if tensors(content) else "written"
        return saves.around(how, kind, _module(content), target, lambda: real(*args, **options))

    return save


def tensors(content: Any) -> bool:
    """Does this hold a model's weights?"""
    import torch

    if isinstance(content, torch.nn.Module):
        return True
    if isinstance(content, dict):
        return any(isinstance(v, torch.Tensor) for v in content.values()) or any(
            tensors(v) for v in content.values() if isinstance(v, dict)
        )
    return False


def _module(content: Any) -> Any | None:
    import torch

    return content if isinstance(content, torch.nn.Module) else None


def _second_place(run: Run, saves: Saves, real: Any, how: str) -> Any:
    def save(self: Any, model: Any, save_directory: Any, *args: Any, **options: Any) -> Any:
        target = run.parts["paths"].writing(save_directory)
        return saves.around(
            how, "weights_saved", model, save_directory, lambda: real(self, model, target, *args, **options)
        )

    return save


def _first_place(run: Run, saves: Saves, real: Any, how: str) -> Any:
    def save(self: Any, output_dir: Any = None, *args: Any, **options: Any) -> Any:
        if output_dir is None:
            return real(self, output_dir, *args, **options)
        target = run.parts["paths"].writing(output_dir)
        model = next(iter(getattr(self, "_models", [])), None)
        return saves.around(how, "checkpoint", model, output_dir, lambda: real(self, target, *args, **options))

    return save
