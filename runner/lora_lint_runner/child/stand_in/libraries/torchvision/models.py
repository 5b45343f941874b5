"""Networks of torchvision: layers under the names that the real ones have, with as many features at their end, narrow
inside. Vision transformers keep their twelve blocks and are narrow throughout."""

from __future__ import annotations

import re
from types import ModuleType, SimpleNamespace
from typing import Any

from ....context import Run
from .. import torchvision

INNER = 8  # channels inside of a block
CLASSES = 1000
EDGE = 224
WIDTH, HEADS = 48, 4  # of a vision transformer
RESNETS = {  # blocks a stage, and by how much a block widens
    "resnet18": ((2, 2, 2, 2), 1), "resnet34": ((3, 4, 6, 3), 1), "resnet50": ((3, 4, 6, 3), 4),
    "resnet101": ((3, 4, 23, 3), 4), "resnet152": ((3, 8, 36, 3), 4), "resnext50_32x4d": ((3, 4, 6, 3), 4),
    "wide_resnet50_2": ((3, 4, 6, 3), 4),
}  # fmt: skip
# what stands between the features and the classes: their number, and the classifier as (name, its layers before)
ENDS = {
    r"mobilenet_v2": (1280, ["Dropout"]), r"mobilenet_v3_large": (960, ["Linear:1280", "Hardswish", "Dropout"]),
    r"mobilenet_v3_small": (576, ["Linear:1024", "Hardswish", "Dropout"]), r"efficientnet_b[01]$": (1280, ["Dropout"]),
    r"efficientnet_b2": (1408, ["Dropout"]), r"efficientnet_b3": (1536, ["Dropout"]),
    r"efficientnet_b4": (1792, ["Dropout"]), r"efficientnet_": (1280, ["Dropout"]),
    r"convnext_(tiny|small)": (768, ["Norm", "Flatten"]), r"convnext_base": (1024, ["Norm", "Flatten"]),
    r"convnext_large": (1536, ["Norm", "Flatten"]), r"vgg": (512, ["ReLU", "Dropout"]), r"densenet121": (1024, None),
    r"densenet": (1664, None), r"regnet": (440, None), r"swin_(t|s)|swin_v2_(t|s)": (768, None), r"swin": (1024, None),
}  # fmt: skip


def create(name: str, weights: Any = None, num_classes: int = CLASSES, **options: Any) -> Any:
    """A network by its name. Raises LookupError for one that is in no table."""
    if name in RESNETS:
        return _resnet(*RESNETS[name], num_classes)
    if re.match(r"vit_[blh]_\d+$", name):
        return _transformer(int(name.rpartition("_")[2]), num_classes)
    for pattern, (width, before) in ENDS.items():
        if re.match(pattern, name):
            return _plain(width, before, num_classes, "head" if name.startswith("swin") else "classifier", name)
    raise LookupError(name)


def known(name: str) -> bool:
    """Is it a network of these?"""
    return name in RESNETS or bool(re.match(r"vit_[blh]_\d+$", name)) or any(re.match(end, name) for end in ENDS)


class Weights:
    """`ResNet50_Weights`: every member is the same one."""

    def __init__(self, name: str = "DEFAULT") -> None:
        self.name = name
        self.meta = {"categories": [f"class {place}" for place in range(CLASSES)], "num_params": 0}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Weights(name)

    def transforms(self, **options: Any) -> Any:
        parts = [torchvision.Resize((EDGE, EDGE)), torchvision.ToTensor(), torchvision.Normalize(0.5, 0.5)]
        return torchvision.Compose(parts)


def named(name: str) -> Any:
    """What `torchvision.models` has under a name."""
    if name.endswith("_Weights"):
        return Weights()
    if name in ("get_model", "get_weight", "list_models"):
        return {"get_model": create, "get_weight": Weights, "list_models": lambda *a, **k: sorted(RESNETS)}[name]
    if known(name):
        return lambda *args, **options: create(name, *args[:1], **_counted(options))
    return SimpleNamespace if name[:1].isupper() else _of_no_table(name)


def _of_no_table(name: str) -> Any:
    """A network that is not here: it may only stand among the imports of a project that also works without."""

    def network(*args: Any, **options: Any) -> Any:
        return torchvision.absent(f"models.{name}")

    return network


def fill(module: ModuleType, run: Run) -> None:
    """Each network as it is asked for."""
    module.__dict__["_fallback"] = named


def _counted(options: dict[str, Any]) -> dict[str, Any]:
    return {"num_classes": options["num_classes"]} if "num_classes" in options else {}


def _resnet(blocks: tuple[int, ...], widening: int, classes: int) -> Any:
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self, given: int, made: int, stride: int) -> None:
            super().__init__()
            last = widening > 1
            self.conv1 = nn.Conv2d(given, INNER, 1 if last else 3, 1 if last else stride, 0 if last else 1, bias=False)
            self.bn1 = nn.BatchNorm2d(INNER)
            self.conv2 = nn.Conv2d(INNER, INNER if last else made, 3, stride if last else 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(INNER if last else made)
            if last:
                self.conv3 = nn.Conv2d(INNER, made, 1, bias=False)
                self.bn3 = nn.BatchNorm2d(made)
            self.relu = nn.ReLU(inplace=False)
            other = stride != 1 or given != made
            joined = nn.Sequential(nn.Conv2d(given, made, 1, stride, bias=False), nn.BatchNorm2d(made))
            self.downsample = joined if other else None

        def forward(self, x: Any) -> Any:
            way = self.relu(self.bn1(self.conv1(x)))
            way = self.bn2(self.conv2(way))
            if widening > 1:
                way = self.bn3(self.conv3(self.relu(way)))
            return self.relu(way + (x if self.downsample is None else self.downsample(x)))

    class ResNet(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
            self.bn1, self.relu, self.maxpool = nn.BatchNorm2d(64), nn.ReLU(inplace=False), nn.MaxPool2d(3, 2, 1)
            given = 64
            for stage, count in enumerate(blocks):
                made = 64 * 2**stage * widening
                steps = [(given, made, 1 if stage == 0 else 2), *[(made, made, 1)] * (count - 1)]
                setattr(self, f"layer{stage + 1}", nn.Sequential(*(Block(*step) for step in steps)))
                given = made
            self.avgpool, self.fc = nn.AdaptiveAvgPool2d((1, 1)), nn.Linear(given, classes)

        def forward(self, x: Any) -> Any:
            x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
            for stage in range(len(blocks)):
                x = getattr(self, f"layer{stage + 1}")(x)
            return self.fc(torch.flatten(self.avgpool(x), 1))

    return ResNet()


def _transformer(patch: int, classes: int) -> Any:
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.ln_1, self.ln_2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
            self.self_attention = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
            self.dropout = nn.Dropout(0.0)
            inner = [nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.Dropout(0.0), nn.Linear(WIDTH, WIDTH), nn.Dropout(0.0)]
            self.mlp = nn.Sequential(*inner)

        def forward(self, x: Any) -> Any:
            seen = self.ln_1(x)
            x = x + self.dropout(self.self_attention(seen, seen, seen, need_weights=False)[0])
            return x + self.mlp(self.ln_2(x))

    class Encoder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.pos_embedding = nn.Parameter(torch.zeros(1, 1, WIDTH))
            self.dropout = nn.Dropout(0.0)
            self.layers = nn.Sequential()
            for place in range(12):
                self.layers.add_module(f"encoder_layer_{place}", Block())
            self.ln = nn.LayerNorm(WIDTH)

        def forward(self, x: Any) -> Any:
            return self.ln(self.layers(self.dropout(x + self.pos_embedding)))

    class VisionTransformer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.hidden_dim, self.image_size, self.patch_size = WIDTH, EDGE, patch
            self.conv_proj = nn.Conv2d(3, WIDTH, patch, patch)
            self.class_token = nn.Parameter(torch.zeros(1, 1, WIDTH))
            self.encoder = Encoder()
            self.heads = nn.Sequential()
            self.heads.add_module("head", nn.Linear(WIDTH, classes))

        def forward(self, x: Any) -> Any:
            x = self.conv_proj(x).flatten(2).transpose(1, 2)
            x = self.encoder(torch.cat([self.class_token.expand(len(x), -1, -1), x], dim=1))
            return self.heads(x[:, 0])

    return VisionTransformer()


def _plain(width: int, before: list[str] | None, classes: int, end: str, name: str) -> Any:
    """Convolutions, and the real network's classifier."""
    import torch
    from torch import nn

    def layer(kind: str, given: int) -> Any:
        if kind.startswith("Linear:"):
            return nn.Linear(given, int(kind.partition(":")[2]))
        return nn.Identity() if kind == "Norm" else getattr(nn, kind)()

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            steps = [(3, 16), (16, 16), (16, INNER), (INNER, width)]
            self.features = nn.Sequential(
                *(nn.Sequential(nn.Conv2d(a, b, 3, 2, 1), nn.BatchNorm2d(b), nn.ReLU()) for a, b in steps)
            )
            self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
            given = width
            parts = []
            for kind in before or ():
                parts.append(layer(kind, given))
                given = parts[-1].out_features if isinstance(parts[-1], nn.Linear) else given
            parts.append(nn.Linear(given, classes))
            setattr(self, end, parts[0] if before is None else nn.Sequential(*parts))

        def forward(self, x: Any) -> Any:
            return getattr(self, end)(torch.flatten(self.avgpool(self.features(x)), 1))

    Network.__name__ = Network.__qualname__ = name
    return Network()
