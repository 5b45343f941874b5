"""A small timm: tiny models whose layers have the names of the real ones, and the parts that trainings take from it."""

from __future__ import annotations

import importlib
import re
from types import ModuleType
from typing import Any

from ....context import Run
from .. import torchvision
from . import layers, models

EDGE = 224


def _create_model(run: Run) -> Any:
    def create_model(
        model_name: str,
        pretrained: bool = False,
        *args: Any,
        num_classes: int | None = None,
        in_chans: int = 3,
        img_size: Any = None,
        **options: Any,
    ) -> Any:
        size = img_size[0] if isinstance(img_size, (list, tuple)) else img_size or _edge(model_name)
        made = models.create(model_name, 1000 if num_classes is None else num_classes, in_chans, size)
        run.neutral(f"model {model_name}: a tiny random network with its layers' names")
        return made

    return create_model


def _edge(name: str) -> int:
    """The edge of the images that a model takes, as its name ends."""
    found = re.search(r"_(\d{3})(?=[._]|$)", name)
    return int(found.group(1)) if found else EDGE


def _data_config(args: Any = None, pretrained_cfg: Any = None, model: Any = None, **options: Any) -> dict[str, Any]:
    held = next((v for v in (model, args) if hasattr(v, "pretrained_cfg")), None)
    told = held.pretrained_cfg if held is not None else pretrained_cfg or (args if isinstance(args, dict) else {})
    known = ("input_size", "mean", "std", "interpolation", "crop_pct")
    usual = {"input_size": (3, EDGE, EDGE), "mean": (0.5,) * 3, "std": (0.5,) * 3}
    return {**usual, **{k: v for k, v in dict(told).items() if k in known}}


def _transform(input_size: Any = EDGE, *args: Any, mean: Any = (0.5,) * 3, std: Any = (0.5,) * 3, **more: Any) -> Any:
    edge = input_size[-1] if isinstance(input_size, (list, tuple)) else input_size
    parts = [torchvision.Resize((edge, edge)), torchvision.ToTensor(), torchvision.Normalize(mean, std)]
    return torchvision.Compose(parts)


class CrossEntropy:
    """Also smoothed, and for soft targets: torch takes both."""

    def __init__(self, *args: Any, **options: Any) -> None: ...

    def __call__(self, told: Any, target: Any) -> Any:
        import torch

        return torch.nn.functional.cross_entropy(told, target)

    def to(self, *args: Any, **options: Any) -> CrossEntropy:
        return self

    cuda = to


class Mixup:
    """Mixes nothing; labels become rows of probabilities."""

    def __init__(self, *args: Any, num_classes: int = 1000, **options: Any) -> None:
        self.num_classes = num_classes

    def __call__(self, images: Any, labels: Any) -> tuple[Any, Any]:
        import torch

        return images, torch.nn.functional.one_hot(labels, self.num_classes).float()


class AverageMeter:
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.val = self.avg = self.sum = self.count = 0.0

    def update(self, value: Any, n: int = 1) -> None:
        self.val, self.sum, self.count = value, self.sum + value * n, self.count + n
        self.avg = self.sum / self.count


def _accuracy(output: Any, target: Any, topk: Any = (1,)) -> list[Any]:
    best = output.topk(min(max(topk), output.shape[-1]), 1).indices
    return [(best[:, :k] == target[:, None]).any(1).float().mean() * 100.0 for k in topk]


def _optimizer(model: Any, *args: Any, lr: float | None = None, weight_decay: float = 0.0, **options: Any) -> Any:
    import torch

    asked = args[0] if args else options.get("cfg")
    rate = lr or getattr(asked, "lr", None) or 1e-3
    parameters = [p for p in model.parameters() if p.requires_grad] if hasattr(model, "parameters") else model
    return torch.optim.AdamW(parameters, lr=rate, weight_decay=weight_decay)


PARTS: dict[str, dict[str, Any]] = {
    "timm.data": {
        "resolve_data_config": _data_config, "create_transform": _transform, "Mixup": Mixup,
        "resolve_model_data_config": lambda model, *a, **k: _data_config(model=model),
        "IMAGENET_DEFAULT_MEAN": (0.485, 0.456, 0.406), "IMAGENET_DEFAULT_STD": (0.229, 0.224, 0.225),
    },
    "timm.data.mixup": {"Mixup": Mixup},
    "timm.data.constants": {
        "IMAGENET_DEFAULT_MEAN": (0.485, 0.456, 0.406), "IMAGENET_DEFAULT_STD": (0.229, 0.224, 0.225),
    },
    "timm.data.transforms_factory": {"create_transform": _transform},
    "timm.loss": dict.fromkeys(("LabelSmoothingCrossEntropy", "SoftTargetCrossEntropy"), CrossEntropy),
    "timm.utils": {"accuracy": _accuracy, "AverageMeter": AverageMeter},
    "timm.optim": {
        "create_optimizer_v2": _optimizer, "create_optimizer": lambda args, model, **k: _optimizer(model, args),
    },
}  # fmt: skip


def fill(module: ModuleType, run: Run) -> None:
    """Fills `timm` and its parts; of others, everything does nothing."""
    name = module.__name__
    if name == "timm":
        module.__dict__.update(create_model=_create_model(run), list_models=lambda *a, **k: ["vit_base_patch16_224"])
        for part in ("data", "loss", "utils", "optim", "layers", "models", "scheduler"):
            module.__dict__[part] = importlib.import_module(f"timm.{part}")
    elif name == "timm.models":
        module.__dict__["create_model"] = _create_model(run)
    module.__dict__.update({**layers.parts(name), **PARTS.get(name, {})})
