"""The surroundings of a run: working directory, temporary folder, caches, offline switches, no keys."""

from __future__ import annotations

import os
import sys
import tempfile

from . import stack
from .spec import Spec

OFFLINE = {
    "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_EVALUATE_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1",
}  # fmt: skip
SILENT = {  # trackers, which would open accounts and networks
    "WANDB_MODE": "disabled", "WANDB_DISABLED": "true", "WANDB_SILENT": "true", "COMET_MODE": "disabled",
    "MLFLOW_TRACKING_URI": "", "CLEARML_OFFLINE_MODE": "1", "NEPTUNE_MODE": "debug", "SWANLAB_MODE": "disabled",
}  # fmt: skip
PLAIN = {  # output that a file can take
    "HF_HUB_DISABLE_PROGRESS_BARS": "1", "TQDM_DISABLE": "1", "TOKENIZERS_PARALLELISM": "false",
    "PYTHONUNBUFFERED": "1", "ACCELERATE_DISABLE_RICH": "1", "MPLBACKEND": "Agg", "HYDRA_FULL_ERROR": "1",
}  # fmt: skip
KEYS = (
    "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACE_TOKEN", "HUGGINGFACEHUB_API_TOKEN", "WANDB_API_KEY",
    "OPENAI_API_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "HF_ENDPOINT",
)  # fmt: skip
CACHES = ("XDG_CACHE_HOME", "MPLCONFIGDIR", "TRITON_CACHE_DIR", "TORCHINDUCTOR_CACHE_DIR", "WANDB_DIR")


def prepare(spec: Spec) -> str:
    """Sets them for this process, and goes to where the script is started. Gives the folder of temporary files that
    libraries used before, as they were imported."""
    before = os.environ.get("TMPDIR", "")
    for name in ("tmp", "home", "hub"):
        os.makedirs(os.path.join(spec.box, name), exist_ok=True)
    tmp, home = os.path.join(spec.box, "tmp"), os.path.join(spec.box, "home")
    tempfile.tempdir = tmp
    caches = home_of_caches()
    os.environ.update(TMPDIR=tmp, TEMP=tmp, TMP=tmp, **PLAIN, **dict.fromkeys(CACHES, home))
    if spec.smoke:
        os.environ.update(HF_HOME=home, HF_HUB_CACHE=os.path.join(spec.box, "hub"), CUDA_VISIBLE_DEVICES="")
        os.environ.update(HF_DATASETS_CACHE=os.path.join(home, "datasets"), TORCH_HOME=os.path.join(home, "torch"))
        os.environ.update(ACCELERATE_USE_CPU="true", **SILENT)
        for name in KEYS:
            os.environ.pop(name, None)
    else:
        os.environ.setdefault("HF_HOME", caches)  # XDG_CACHE_HOME, which it went by, is the box's now
        os.environ["HF_MODULES_CACHE"] = os.path.join(home, "modules")
    if not spec.network:
        os.environ.update({**OFFLINE, **SILENT})
    sys.dont_write_bytecode = True
    os.chdir(spec.cwd)
    stack.tell_on_demand(spec.box)
    return before


def home_of_caches() -> str:
    """Where Hugging Face's libraries keep what they have downloaded and prepared."""
    cache = os.environ.get("XDG_CACHE_HOME", os.path.join(os.path.expanduser("~"), ".cache"))
    return os.path.expanduser(os.environ.get("HF_HOME") or os.path.join(cache, "huggingface"))


def writable(spec: Spec) -> list[str]:
    """The folders besides the box that a run may write to. The real caches are only used by a full run: preparing a
    data set writes there, even one that was prepared before."""
    if spec.smoke:
        return []
    places = [home_of_caches()]
    places += [os.environ[n] for n in ("HF_HUB_CACHE", "HF_DATASETS_CACHE", "TORCH_HOME") if os.environ.get(n)]
    return [os.path.expanduser(place) for place in places]
