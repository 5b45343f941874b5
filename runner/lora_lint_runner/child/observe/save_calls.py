"""The calls that save a model, of transformers, PEFT, diffusers, trainers, accelerate and torch, each of them
watched."""

from __future__ import annotations

import os
from typing import Any

from ..context import Run
from .saves import PIPELINE, Saves


def install(run: Run, saves: Saves) -> None:
    """Wraps every call that saves a model, and what saves a tokenizer beside it."""
    paths = run.paths
    patches = run.patches

    @patches.after("transformers.modeling_utils")
    def transformers_(module: Any) -> None:
        patches.replace(module.PreTrainedModel, "save_pretrained", lambda real: _saving(run, saves, real))

    @patches.after("peft.peft_model")
    def peft_(module: Any) -> None:
        patches.replace(module.PeftModel, "save_pretrained", lambda real: _saving(run, saves, real))

    @patches.after("diffusers.models.modeling_utils")
    def diffusers_(module: Any) -> None:
        patches.replace(module.ModelMixin, "save_pretrained", lambda real: _saving(run, saves, real))

    @patches.after("diffusers.pipelines.pipeline_utils")
    def pipelines(module: Any) -> None:
        patches.replace(module.DiffusionPipeline, "save_pretrained", lambda real: _saving(run, saves, real))

    @patches.after("diffusers.loaders.lora_pipeline")
    def pipeline_weights(module: Any) -> None:
        # each kind of pipeline packs its weights in a save_lora_weights of its own
        for cls in [c for c in vars(module).values() if isinstance(c, type) and "save_lora_weights" in vars(c)]:
            patches.replace(cls, "save_lora_weights", lambda real: _weights_saving(run, saves, real))

    @patches.after("diffusers.loaders.peft")
    def part_weights(module: Any) -> None:
        patches.replace(module.PeftAdapterMixin, "save_lora_adapter", lambda real: _weights_saving(run, saves, real))

    @patches.after("transformers.tokenization_utils_base")
    def tokenizers(module: Any) -> None:
        patches.replace(module.PreTrainedTokenizerBase, "save_pretrained", lambda real: _redirected(paths, real))

    @patches.after("transformers.processing_utils")
    def processors(module: Any) -> None:
        patches.replace(module.ProcessorMixin, "save_pretrained", lambda real: _redirected(paths, real))

    @patches.after("transformers.trainer")
    def trainers(module: Any) -> None:
        patches.replace(module.Trainer, "save_model", lambda real: _trainer_saving(run, saves, real))
        patches.replace(module.Trainer, "_save_checkpoint", lambda real: _checkpointing(run, saves, real))

    @patches.after("torch.serialization")
    def torch_(module: Any) -> None:
        patches.replace(module, "save", lambda real: _raw(run, saves, real, "torch.save", 1))

    @patches.after("safetensors.torch")
    def safetensors(module: Any) -> None:
        patches.replace(module, "save_file", lambda real: _raw(run, saves, real, "save_file", 1))

    @patches.after("accelerate.accelerator")
    def accelerate(module: Any) -> None:
        cls = module.Accelerator
        patches.replace(cls, "save_model", lambda real: _second_place(run, saves, real, "accelerator.save_model"))
        patches.replace(cls, "save_state", lambda real: _first_place(run, saves, real, "accelerator.save_state"))
        patches.replace(cls, "save", lambda real: _raw(run, saves, real, "accelerator.save", 1, method=True))


def _saving(run: Run, saves: Saves, real: Any) -> Any:
    def save_pretrained(self: Any, save_directory: Any = None, *args: Any, **options: Any) -> Any:
        if save_directory is None:
            return real(self, *args, **options)
        if run.spec.smoke and options.pop("push_to_hub", None):
            run.neutral("push to the hub: kept from happening")
        target = run.paths.writing(save_directory)
        return saves.around(
            "save_pretrained", "saved", self, save_directory, lambda: real(self, target, *args, **options)
        )

    return save_pretrained


def _weights_saving(run: Run, saves: Saves, real: Any) -> Any:
    """The weights of a pipeline's adapters, in one file: by the pipeline's class, or by the part that holds them."""

    def save(owner: Any, save_directory: Any, *args: Any, **options: Any) -> Any:
        target = run.paths.writing(save_directory)
        part = None if isinstance(owner, type) or not hasattr(owner, "modules") else owner
        return saves.around(
            PIPELINE, "weights_saved", part, save_directory, lambda: real(owner, target, *args, **options)
        )

    return save


def _redirected(paths: Any, real: Any) -> Any:
    def save_pretrained(self: Any, save_directory: Any, *args: Any, **options: Any) -> Any:
        options.pop("push_to_hub", None)
        return real(self, paths.filling(save_directory), *args, **options)

    return save_pretrained


def _trainer_saving(run: Run, saves: Saves, real: Any) -> Any:
    def save_model(self: Any, output_dir: Any = None, *args: Any, **options: Any) -> Any:
        place = output_dir if output_dir is not None else self.args.output_dir
        target = run.paths.writing(place) if output_dir is not None else None
        # of a network of the script's own the trainer writes the state dict
        kind = "saved" if hasattr(self.model, "save_pretrained") else "weights_saved"
        return saves.around(
            "save_model", kind, self.model, place, lambda: real(self, target, *args, **options), folder=place
        )

    return save_model


def _checkpointing(run: Run, saves: Saves, real: Any) -> Any:
    def save_checkpoint(self: Any, *args: Any, **options: Any) -> Any:
        place = os.path.join(self.args.output_dir, f"checkpoint-{self.state.global_step}")
        run.met.last_checkpoint = place
        return saves.around(
            "checkpoint", "checkpoint", self.model, place, lambda: real(self, *args, **options), folder=place
        )

    return save_checkpoint


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
        kind = "weights_saved" if tensors(content, saves.models.weights()) else "written"
        sure = kind == "written" or _of_a_model(content, saves.models.tensors())
        trained = kind == "weights_saved" and saves.models.all_of_one(_places(content))
        return saves.around(
            how, kind, _module(content), target, lambda: real(*args, **options), sure=sure, trained=trained,
            empty=_without_tensors(content), written=content,
        )  # fmt: skip

    return save


def tensors(content: Any, known: set[str]) -> bool:
    """Does this hold weights of a model that was seen, by their `known` names? An optimizer's state does not."""
    import torch

    if isinstance(content, torch.nn.Module):
        return True
    if not isinstance(content, dict):
        return False
    names = [name for name, value in content.items() if isinstance(value, torch.Tensor) and isinstance(name, str)]
    return any(_is_weight(name, known) for name in names) or any(
        tensors(v, known) for v in content.values() if isinstance(v, dict)
    )


def _without_tensors(content: Any) -> bool:
    """Is it of texts and numbers alone, however deep? Of any other thing nobody knows."""
    if isinstance(content, (dict, list, tuple)):
        return all(map(_without_tensors, content.values() if isinstance(content, dict) else content))
    return content is None or isinstance(content, (str, int, float, bool))


def _is_weight(name: str, known: set[str]) -> bool:
    """Is this one of the names, with whatever stands before it?"""
    parts = name.split(".")
    return "lora_" in name or any(".".join(parts[place:]) in known for place in range(len(parts) - 1))


def _of_a_model(content: Any, places: set[int]) -> bool:
    """Is any of these a model, or a tensor of one? Copies by such a name may be of a file that was read."""
    import torch

    return isinstance(content, torch.nn.Module) or bool(_places(content) & places)


def _places(content: Any) -> set[int]:
    """Where the tensors of a state dict lie, of several, or of a model."""
    import torch

    if isinstance(content, torch.nn.Module):
        return {p.data_ptr() for p in content.parameters()}
    if isinstance(content, dict):
        return set().union(*map(_places, content.values()))
    return {content.data_ptr()} if isinstance(content, torch.Tensor) else set()


def _module(content: Any) -> Any | None:
    import torch

    return content if isinstance(content, torch.nn.Module) else None


def _second_place(run: Run, saves: Saves, real: Any, how: str) -> Any:
    def save(self: Any, model: Any, save_directory: Any, *args: Any, **options: Any) -> Any:
        target = run.paths.writing(save_directory)
        return saves.around(
            how, "weights_saved", model, save_directory, lambda: real(self, model, target, *args, **options)
        )

    return save


def _first_place(run: Run, saves: Saves, real: Any, how: str) -> Any:
    def save(self: Any, output_dir: Any = None, *args: Any, **options: Any) -> Any:
        if output_dir is None:
            return real(self, output_dir, *args, **options)
        target = run.paths.writing(output_dir)
        model = next(iter(getattr(self, "_models", [])), None)
        return saves.around(how, "checkpoint", model, output_dir, lambda: real(self, target, *args, **options))

    return save
