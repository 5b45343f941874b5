"""The layers of a small timm that networks written out in a project are made of."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

HOMES = ("timm.layers", "timm.models.layers", "timm.layers.weight_init", "timm.layers.helpers", "timm.layers.drop")


def _tupled(count: int) -> Callable[[Any], tuple[Any, ...]]:
    return lambda value: tuple(value) if isinstance(value, (list, tuple)) else (value,) * count


def parts(name: str) -> dict[str, Any]:
    """What a module of this name holds."""
    if name in ("timm.models.registry", "timm.models"):
        return {"register_model": lambda function: function}
    if name not in HOMES:
        return {}
    nn = importlib.import_module("torch.nn")

    class DropPath(nn.Module):  # type: ignore[name-defined,misc]
        """Drops no path."""

        def __init__(self, drop_prob: float | None = 0.0, scale_by_keep: bool = True) -> None:
            super().__init__()
            self.drop_prob, self.scale_by_keep = drop_prob, scale_by_keep

        def forward(self, x: Any) -> Any:
            return x

    class Mlp(nn.Module):  # type: ignore[name-defined,misc]
        def __init__(
            self,
            in_features: int,
            hidden_features: int | None = None,
            out_features: int | None = None,
            act_layer: Any = None,
            *args: Any,
            **options: Any,
        ) -> None:
            super().__init__()
            inner = hidden_features or in_features
            self.fc1, self.act = nn.Linear(in_features, inner), (act_layer or nn.GELU)()
            self.fc2 = nn.Linear(inner, out_features or in_features)

        def forward(self, x: Any) -> Any:
            return self.fc2(self.act(self.fc1(x)))

    tuples = {f"to_{count}tuple": _tupled(count) for count in (1, 2, 3, 4)}
    return {**tuples, "DropPath": DropPath, "Mlp": Mlp, "trunc_normal_": nn.init.trunc_normal_}
