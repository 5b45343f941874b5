"""Downloads from the hub by its own client: of the repository of a model, or of a data set, or of one of its files.

They come from the box. What is asked for by other libraries than those that load models is made here.
"""

from __future__ import annotations

import importlib
import os
import shutil
from typing import Any

from ...context import Run
from ..made_up.files import tables
from .hub import Hub
from .making import NOBODY, Asked, NoStandIn

INDEX = "model_index.json"  # of the parts of a pipeline


def install(run: Run, hub: Hub) -> None:
    """Answers `hf_hub_download` and `snapshot_download`."""
    patches = run.patches

    @patches.after("huggingface_hub.file_download")
    def files(module: Any) -> None:
        patches.replace(module, "hf_hub_download", lambda real: _downloading(run, hub, real))

    @patches.after("huggingface_hub._snapshot_download")
    def snapshots(module: Any) -> None:
        patches.replace(module, "snapshot_download", lambda real: _downloading(run, hub, real))

    @patches.after("torch.hub")
    def repositories_of_code(module: Any) -> None:
        patches.replace(module, "load", _of_github)

    @patches.after("huggingface_hub.constants")
    def constants(module: Any) -> None:
        module.HF_HUB_CACHE = module.HUGGINGFACE_HUB_CACHE = hub.root
        module.HF_HUB_OFFLINE = True


def _downloading(run: Run, hub: Hub, real: Any) -> Any:
    def download(repo_id: Any, *args: Any, **options: Any) -> Any:
        name = args[0] if args else options.get("filename")
        if options.get("repo_type") in (None, "model") and isinstance(repo_id, str):
            hub.ensure(repo_id, Asked(None, pipelines=True) if name == INDEX else NOBODY)
        wanted = options.pop("local_dir", None)
        if options.get("repo_type") == "dataset":
            return _of_data(run, str(repo_id), name, wanted)
        options.update(cache_dir=hub.root, local_files_only=True, revision=None, force_download=False, token=None)
        for option in ("resume_download", "local_dir_use_symlinks"):
            options.pop(option, None)
        try:
            found = real(repo_id, *args, **options)
        except Exception as error:
            if type(error).__name__ != "LocalEntryNotFoundError" or repo_id not in hub.places:
                raise
            # what the hub answers: the repository is there, the file is not in it
            missing = importlib.import_module("huggingface_hub.errors").EntryNotFoundError
            raise missing(f"{repo_id} has no such file: {error}") from None
        return _copied(found, run.paths.inside(wanted), name) if wanted else found

    return download


def _of_github(real: Any) -> Any:
    def load(repo_or_dir: Any, model: Any, *args: Any, source: str = "github", **options: Any) -> Any:
        if source == "github" and not os.path.isdir(repo_or_dir):
            raise NoStandIn(f"there is no stand-in for {model} of {repo_or_dir}: its code lies on GitHub (torch.hub)")
        return real(repo_or_dir, model, *args, source=source, **options)

    return load


def _of_data(run: Run, repository: str, name: Any, wanted: Any) -> str:
    """A file of a data set; of the whole of it the place, where what the script looks for is made up."""
    if isinstance(name, str):
        made = tables.downloaded(run, repository, name)
        return _copied(made, run.paths.inside(wanted), name) if wanted else made
    return str(wanted) if wanted else os.path.join(run.box("made-up"), repository.replace("/", "-"))


def _copied(found: str, folder: str, name: Any) -> str:
    """Where the script wants it: a file, or the whole of a repository."""
    if os.path.isdir(found):
        shutil.copytree(found, folder, dirs_exist_ok=True)
        return folder
    target = os.path.join(folder, str(name))
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.copyfile(found, target)
    return target
