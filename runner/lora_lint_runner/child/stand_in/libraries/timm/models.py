"""The networks of a small timm: tiny, untrained, with layers under the names that each family has in timm 1.0."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

WIDTH, DEPTH, PATCH = 32, 2, 16
Layers = tuple[tuple[str, str], ...]

# The name of the models, of the classifier, and the layers, each with its kind; {} is the number of a block.
FAMILIES: tuple[tuple[str, str, Layers], ...] = (
    ("swin", "head.fc", (
        ("patch_embed.proj", "patches"), ("layers.{}.blocks.0.attn", "attention"), ("layers.{}.blocks.0.mlp", "mlp"),
        ("norm", "norm"),
    )),
    ("convnext", "head.fc", (
        ("stem.0", "patches"), ("stages.{}.blocks.0.conv_dw", "convolution"), ("stages.{}.blocks.0.mlp", "mlp"),
        ("head.norm", "norm"),
    )),
    ("resn|wide_res|regnet|densenet|vgg", "fc", (
        ("conv1", "patches"),
        *((f"layer{stage}.0.conv{place}", "convolution") for stage in (1, 2, 3, 4) for place in (1, 2)),
    )),
    ("efficientnet|mobilenet|mnasnet|ghostnet|rexnet", "classifier", (
        ("conv_stem", "patches"),
        *((f"blocks.{{}}.0.{name}", "convolution") for name in ("conv_pw", "conv_dw", "conv_pwl")),
        ("conv_head", "convolution"),
    )),
    ("mixer", "head", (
        ("stem.proj", "patches"), ("blocks.{}.mlp_channels", "mlp"), ("norm", "norm"),
    )),
    ("", "head", (  # ViT and its kin: DeiT, BEiT, EVA, DINOv2, the towers of CLIP and SigLIP
        ("patch_embed.proj", "patches"), ("blocks.{}.norm1", "norm"), ("blocks.{}.attn", "attention"),
        ("blocks.{}.norm2", "norm"), ("blocks.{}.mlp", "mlp"), ("norm", "norm"),
    )),
)  # fmt: skip


def create(name: str, classes: int, channels: int, size: int) -> Any:
    """A model of the family that its name stands for."""
    bare = name.split("/")[-1].removeprefix("hf_hub:")
    _, classifier, layers = next(row for row in FAMILIES if re.search(row[0], bare))
    told = {
        "input_size": (channels, size, size), "mean": (0.5,) * channels, "std": (0.5,) * channels, "crop_pct": 0.9,
        "interpolation": "bicubic", "num_classes": classes, "architecture": name, "classifier": classifier,
    }  # fmt: skip
    return _network()(list(_each(layers)), told)


def _each(layers: Layers) -> Iterator[tuple[str, str]]:
    """The layers of all blocks, in order."""
    blocks = [row for row in layers if "{}" in row[0]]
    for row in layers:
        if row not in blocks:
            yield row
        elif row is blocks[0]:
            yield from ((path.format(n), kind) for n in range(DEPTH) for path, kind in blocks)


def _made(kind: str, channels: int) -> Any:
    from torch import nn

    if kind == "patches":
        return nn.Conv2d(channels, WIDTH, PATCH, PATCH)
    if kind == "convolution":
        return nn.Conv2d(WIDTH, WIDTH, 1)
    if kind == "norm":
        return nn.LayerNorm(WIDTH)
    made = nn.Module()
    names = ("qkv", "proj") if kind == "attention" else ("fc1", "fc2")
    inner = 3 * WIDTH if kind == "attention" else 2 * WIDTH
    made.add_module(names[0], nn.Linear(WIDTH, inner))
    made.add_module(names[1], nn.Linear(WIDTH if kind == "attention" else inner, WIDTH))
    return made


def _through(kind: str, layer: Any, x: Any) -> Any:
    """Tokens through a layer; an image through the one that makes tokens of it."""
    if kind == "patches":
        return layer(x).flatten(2).transpose(1, 2)
    if kind == "norm":
        return layer(x)
    if kind == "convolution":
        return x + layer(x.transpose(1, 2)[..., None])[..., 0].transpose(1, 2)
    if kind == "mlp":
        return x + layer.fc2(layer.fc1(x).relu())
    query, key, value = layer.qkv(x).chunk(3, dim=-1)
    return x + layer.proj((query @ key.transpose(-1, -2) * WIDTH**-0.5).softmax(-1) @ value)


def _network() -> Any:
    """The class of all models: what every model of timm answers."""
    from torch import nn

    class Network(nn.Module):
        def __init__(self, layers: list[tuple[str, str]], told: dict[str, Any]) -> None:
            super().__init__()
            self.pretrained_cfg = self.default_cfg = told
            self.num_features = self.head_hidden_size = self.embed_dim = WIDTH
            self.layers_in_order, self.grad_checkpointing = layers, False
            for path, kind in layers:
                self._put(path, _made(kind, told["input_size"][0]))
            self.reset_classifier(told["num_classes"])

        def _put(self, path: str, module: nn.Module) -> None:
            *above, name = path.split(".")
            home: nn.Module = self
            for part in above:
                if part not in dict(home.named_children()):
                    home.add_module(part, nn.Module())
                home = home.get_submodule(part)
            home.add_module(name, module)

        def reset_classifier(self, num_classes: int, *args: Any, **options: Any) -> None:
            self.num_classes = num_classes
            made = nn.Linear(WIDTH, num_classes) if num_classes else nn.Identity()
            self._put(self.pretrained_cfg["classifier"], made)

        def get_classifier(self) -> nn.Module:
            return self.get_submodule(self.pretrained_cfg["classifier"])

        def set_grad_checkpointing(self, enable: bool = True) -> None:
            self.grad_checkpointing = enable

        def forward_features(self, x: Any) -> Any:
            for path, kind in self.layers_in_order:
                x = _through(kind, self.get_submodule(path), x)
            return x

        def forward_head(self, x: Any, pre_logits: bool = False) -> Any:
            x = x.mean(1)
            return x if pre_logits else self.get_classifier()(x)

        def forward(self, x: Any) -> Any:
            return self.forward_head(self.forward_features(x))

    return Network
