"""Packages that are not installed and that the save path does not need: trackers, quantizers, metrics, secrets.

A stand-in is given only to imports of the script itself: libraries go on seeing that the package is missing. A package
that is in no row below is reported as missing, with the pip command.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from ..context import Run

# what a call of the stand-in gives: "nothing" for things that only look on, "score" for metrics
PACKAGES: dict[str, str] = {
    **dict.fromkeys(
        (
            "wandb", "mlflow", "neptune", "comet_ml", "clearml", "swanlab", "trackio", "tensorboard", "tensorboardX",
            "aim", "dvclive", "polyaxon", "sagemaker", "codecarbon", "pynvml", "nvidia_smi", "GPUtil", "gpustat",
            "dotenv", "loguru", "matplotlib", "seaborn", "plotly", "IPython", "ipywidgets", "google",
            "kaggle_secrets", "boto3", "botocore", "ngrok", "deepspeed", "flash_attn", "xformers", "apex", "triton",
            "liger_kernel", "vllm", "optimum", "auto_gptq", "awq", "hqq", "intel_extension_for_pytorch", "torch_xla",
            "habana_frameworks", "galore_torch", "torchao", "gradio", "streamlit", "telegram", "slack_sdk",
            "colorama", "termcolor", "coloredlogs", "pretty_errors", "icecream", "gdown",
        ),
        "nothing",
    ),
    **dict.fromkeys(
        (
            "evaluate", "rouge_score", "rouge", "sacrebleu", "bert_score", "jiwer", "nltk", "seqeval", "sklearn",
            "scipy", "torchmetrics", "pycocoevalcap", "sacremoses", "wordcloud", "textstat", "detoxify", "lm_eval",
            "deepeval", "ragas",
        ),
        "score",
    ),
    "bitsandbytes": "bitsandbytes",
    "unsloth": "unsloth",
    "unsloth_zoo": "nothing",
}  # fmt: skip


class Anything:
    """Takes every call, attribute, item and context, and says nothing: a tracker that does not track."""

    def __init__(self, name: str = "stand-in") -> None:
        self.__dict__["_name"] = name

    def __call__(self, *args: Any, **options: Any) -> Any:
        if len(args) == 1 and not options and callable(args[0]) and not isinstance(args[0], Anything):
            return args[0]  # used as a decorator
        return Anything(self._name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Anything(f"{self._name}.{name}")

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__[name] = value

    def __getitem__(self, key: Any) -> Any:
        return Anything(f"{self._name}[{key!r}]")

    def __setitem__(self, key: Any, value: Any) -> None: ...
    def __enter__(self) -> Anything:
        return self

    def __exit__(self, *args: object) -> None: ...
    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __contains__(self, item: Any) -> bool:
        return False

    def __float__(self) -> float:
        return 0.0

    def __int__(self) -> int:
        return 0

    def __index__(self) -> int:
        return 0

    def __str__(self) -> str:
        return f"<{self._name}>"

    __repr__ = __str__

    def __fspath__(self) -> str:
        return str(self._name).replace("/", "-")

    def __format__(self, spec: str) -> str:
        return "0" if spec else str(self)

    def __mro_entries__(self, bases: Any) -> tuple[type, ...]:
        return (object,)

    def _number(self, *other: Any) -> Any:
        return 0.0

    def _compare(self, other: Any) -> bool:
        return False

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = __abs__ = (
        __round__
    ) = _number
    __lt__ = __gt__ = __le__ = __ge__ = _compare

    def keys(self) -> list[str]:
        return []

    def items(self) -> list[tuple[str, Any]]:
        return []

    def update(self, *args: Any, **options: Any) -> None: ...


class StandInModule(ModuleType):
    """A module of which every name is there."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if name[:1].isupper() and not self.__dict__.get("_score"):
            return _class(f"{self.__name__}.{name}")
        if self.__dict__.get("_score"):
            from .scores import Score

            return Score()
        return Anything(f"{self.__name__}.{name}")


def _class(name: str) -> type:
    """A class that can be subclassed, instantiated and asked for anything."""
    return type(name.rsplit(".", 1)[-1], (Anything,), {"__init__": lambda self, *a, **k: Anything.__init__(self, name)})


class Missing(importlib.abc.MetaPathFinder):
    """The last finder that is asked: nobody else knows the package."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.asked: list[str] = []

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        root = fullname.split(".")[0]
        kind = PACKAGES.get(root)
        inside = isinstance(sys.modules.get(root), StandInModule)
        if not inside and (kind is None or not self.run.code.asks_import()):
            return None
        if fullname == "google" or (root == "google" and not inside):
            if root in sys.modules and not inside:
                return None
        self.run.neutral(
            f"package {root} is not installed: a stand-in that does nothing"
            if kind != "unsloth"
            else "package unsloth is not installed: transformers and peft in its place"
        )
        return importlib.machinery.ModuleSpec(fullname, _Maker(kind or "nothing"), is_package=True)


class _Maker(importlib.abc.Loader):
    def __init__(self, kind: str) -> None:
        self.kind = kind

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        module = StandInModule(spec.name)
        module.__dict__["__version__"] = "0.0"
        module.__dict__["_score"] = self.kind == "score"
        return module

    def exec_module(self, module: ModuleType) -> None:
        if self.kind == "bitsandbytes":
            from . import quantizer

            quantizer.fill(module)
        elif self.kind == "score":
            from . import scores

            scores.fill(module)
        elif self.kind == "unsloth":
            from . import unsloth

            unsloth.fill(module)


def install(run: Run) -> None:
    """From now on the script may import what is not there."""
    finder = Missing(run)
    run.parts["missing"] = finder
    sys.meta_path.append(finder)
