"""Why a script stopped: a reason for people, and what another attempt could try.

Only what the smoke run itself brought in, or lacks, is a reason to try again; the script's own mistakes are not.
"""

from __future__ import annotations

import os
import re
import traceback
from typing import Any, NamedTuple

from .context import Run

# arguments of TrainingArguments and from_pretrained that releases dropped, and what to write now
RENAMED = {
    "evaluation_strategy": "eval_strategy",
    "warmup_ratio": "warmup_steps (a float below 1 is a ratio)",
    "logging_dir": "the environment variable TENSORBOARD_LOGGING_DIR",
    "group_by_length": 'train_sampling_strategy="group_by_length"',
    "overwrite_output_dir": "nothing: it is no longer needed",
    "save_safetensors": "nothing: safetensors is the only format",
    "no_cuda": "use_cpu",
    "use_mps_device": "nothing: the device is found by itself",
    "per_gpu_train_batch_size": "per_device_train_batch_size",
    "per_gpu_eval_batch_size": "per_device_eval_batch_size",
    "half_precision_backend": "nothing: it is no longer needed",
    "include_inputs_for_metrics": 'include_for_metrics=["inputs"]',
    "push_to_hub_token": "hub_token",
    "push_to_hub_model_id": "hub_model_id",
    "tokenizer": "processing_class",
    "max_seq_length": "max_length",
    "max_prompt_length": "nothing: prompts are cut with max_length",
    "dataset_batch_size": "nothing: it is no longer needed",
    "use_auth_token": "token",
    "torchdynamo": "torch_compile_backend",
    "jit_mode_eval": "nothing: it is no longer needed",
    "fp16_backend": "nothing: it is no longer needed",
    "dataloader_prefetch_factor": "nothing here",
}
PIP = {
    "sklearn": "scikit-learn", "PIL": "pillow", "cv2": "opencv-python", "yaml": "pyyaml", "bs4": "beautifulsoup4",
    "dotenv": "python-dotenv", "hydra": "hydra-core", "skimage": "scikit-image", "OpenSSL": "pyopenssl",
    "faiss": "faiss-cpu", "sentence_transformers": "sentence-transformers", "flash_attn": "flash-attn",
    "pytorch_lightning": "pytorch-lightning",
}  # fmt: skip


class Reason(NamedTuple):
    """`kind` is a word for machines; `text` one line for people; `learned` what to know in another attempt."""

    kind: str
    text: str
    learned: dict[str, Any] | None = None


def reason(run: Run, error: BaseException) -> Reason:
    """Reads an exception that ended the script."""
    text = f"{type(error).__name__}: {error}"
    first = text.strip().splitlines()[0][:400] if text.strip() else type(error).__name__
    for judge in (_package, _file, _arguments, _network, _memory, _terminal, _written, _column, _modules, _renamed):
        found = judge(run, error, first)
        if found is not None:
            return found
    return Reason("error", first)


def _package(run: Run, error: BaseException, first: str) -> Reason | None:
    name = getattr(error, "name", None) if isinstance(error, ImportError) else None
    if isinstance(error, ModuleNotFoundError) and name:
        root = name.split(".")[0]
        if root in ("torch", "transformers", "peft"):
            return Reason(
                "package",
                f"{root} is not installed in this interpreter; pip install torch transformers peft, "
                "or name another with --python",
            )
        local = run.code.owns(_last(error))
        return Reason(
            "package",
            f"package {root} is not installed: pip install {PIP.get(root, root)}"
            + ("" if local else " (asked for by a library)"),
        )
    needs = re.search(
        r"requires? (?:the )?[`']?([\w-]+)[`']? (?:library |package )?(?:to be installed|but it was not found|library)",
        first + " " + str(error)[:600],
    )
    if isinstance(error, (ImportError, ValueError)) and needs:
        return Reason(
            "package",
            f"package {needs.group(1)} is not installed: pip install {PIP.get(needs.group(1), needs.group(1))}",
        )
    return None


def _file(run: Run, error: BaseException, first: str) -> Reason | None:
    if isinstance(error, FileNotFoundError) or type(error).__name__ in ("DataFilesNotFoundError", "EmptyDatasetError"):
        name = getattr(error, "filename", None) or first.split(": ", 1)[-1]
        if isinstance(name, bytes):
            name = name.decode(errors="replace")
        return Reason(
            "file", f"file not found: {run.code.named(str(name))} (give it, or let rows be made up with --made-up-rows)"
        )
    if isinstance(error, OSError) and "does not appear to have" in first:
        return Reason("file", first)
    return None


def _arguments(run: Run, error: BaseException, first: str) -> Reason | None:
    if isinstance(error, SystemExit) and error.code == 2:
        return Reason("arguments", "the script did not accept its command line; give its arguments after --")
    if isinstance(error, IndexError) and "sys.argv" in _source_line(error):
        return Reason("arguments", "the script needs arguments; give them after --")
    return None


def _network(run: Run, error: BaseException, first: str) -> Reason | None:
    here = re.search(r"Can't find '[\w.]+' at '(?P<place>[^']+)'", first)
    if here is not None and os.path.isdir(here["place"]):
        return None  # PEFT asks the hub for what it misses in a directory: the script's own mistake
    chain: BaseException | None = error
    while chain is not None:
        if type(chain).__name__ in ("NetworkClosed", "OfflineModeIsEnabled", "LocalEntryNotFoundError"):
            return Reason("network", f"the script needs the network: {str(chain).splitlines()[0][:300]}")
        chain = chain.__cause__ or chain.__context__
    return None


def _memory(run: Run, error: BaseException, first: str) -> Reason | None:
    if isinstance(error, MemoryError) or "can't allocate memory" in first or "not enough memory" in first:
        return Reason("memory", "the script ran out of memory (--memory-limit)")
    return None


def _terminal(run: Run, error: BaseException, first: str) -> Reason | None:
    if isinstance(error, EOFError) and "input" in _source_line(error):
        return Reason("terminal", "the script waits for input at a terminal; a run has none")
    return None


def _written(run: Run, error: BaseException, first: str) -> Reason | None:
    if isinstance(error, PermissionError) or (isinstance(error, OSError) and "Permission denied" in first):
        name = getattr(error, "filename", None) or first
        return Reason("guard", f"the script writes outside of its box by a way that is not redirected: {name}")
    return None


def _column(run: Run, error: BaseException, first: str) -> Reason | None:
    data = run.parts.get("data")
    known = set(run.spec.learned.get("columns", ()))
    name: str | None = None
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], str) and run.code.owns(_last(error)):
        name = error.args[0]
    quoted = re.search(r"[Cc]olumns? (?:name )?(?:\[?['\"])([\w.-]+)['\"]", str(error)) or re.search(
        r"key ['\"]([\w.-]+)['\"]", str(error)
    )
    if name is None and quoted and isinstance(error, (ValueError, KeyError)):
        name = quoted.group(1)
    filled = any(n in run.parts.get("filled", ()) for n in ("data",))
    if (
        name is None
        or name in known
        or not name.isprintable()
        or data is None
        or not (data.made_up or filled)
        or data.real
    ):
        return None
    return Reason("column", f"the made-up rows had no column {name}", {"columns": sorted({*known, name})})


def _modules(run: Run, error: BaseException, first: str) -> Reason | None:
    """Another architecture, where the one that stands in was only a guess."""
    if "Target modules" not in first or "not found" not in first:
        return None
    hub = run.parts.get("hub")
    guessed = {
        n: f
        for n, f in (hub.made if hub else {}).items()
        if f.why in ("the Auto class", "nothing known of it", "target_modules")
    }
    if not guessed:
        return None
    from .stand_in import family

    tried = run.spec.learned.get("tried", [])
    modules = frozenset(re.findall(r"['\"]([\w.]+)['\"]", str(error)))
    asked = family.Asked(None, run.hints.classes, frozenset({*run.hints.modules, *modules}))
    for kind in family.candidates(asked):
        if kind not in tried and kind not in {f.model_type for f in guessed.values()}:
            return Reason("modules", first, {"families": dict.fromkeys(guessed, kind), "tried": [*tried, kind]})
    return None


def _renamed(run: Run, error: BaseException, first: str) -> Reason | None:
    found = re.search(r"unexpected keyword argument '(\w+)'", first)
    if isinstance(error, TypeError) and found and found.group(1) in RENAMED:
        now = RENAMED[found.group(1)]
        return Reason("renamed", f"{first}: the installed release no longer has {found.group(1)}; now {now}")
    return None


def _last(error: BaseException) -> str:
    """The file in which an exception was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return frames[-1].filename if frames else ""


def _source_line(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return (frames[-1].line or "") if frames else ""
