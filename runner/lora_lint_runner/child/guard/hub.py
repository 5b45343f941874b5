"""Nothing is uploaded: what writes to a hub is written down, answered as if it had worked, and not done.

An error in its place would end the script after its training, on an account of ours.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
from typing import Any

from ..context import Run

WRITES = (
    "create_repo", "create_commit", "upload_file", "upload_folder", "upload_large_folder", "delete_repo",
    "delete_file", "delete_folder", "create_branch", "create_tag", "create_pull_request", "update_repo_visibility",
    "update_repo_settings", "move_repo", "create_discussion", "add_collection_item", "create_collection",
    "preupload_lfs_files", "super_squash_history", "commit_operations", "delete_branch", "delete_tag",
)  # fmt: skip
READS: dict[str, Any] = {
    "whoami": {"name": "you", "orgs": [], "type": "user", "auth": {"accessToken": {"role": "write"}}},
    "repo_exists": True,
    "get_token_permission": "write",
    "revision_exists": True,
}


ADAPTED = re.compile(r"(?<![a-z])(q?lora|dora|peft|adapters?)(?![a-z])(?!.*merged)", re.I)
ADAPTER_FILES = ["README.md", "adapter_config.json", "adapter_model.safetensors"]
INFORMING = {"model_info": "ModelInfo", "dataset_info": "DatasetInfo", "repo_info": "ModelInfo"}  # what they answer


class Answer(str):
    """A URL of a repository, or of a commit: text with the attributes that the hub's answers have."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in ("result", "done", "add_done_callback"):
            return lambda *args, **options: self
        return self.repo_id if name in ("repo_name", "id") else str(self)

    @property
    def repo_id(self) -> str:
        return "/".join(str(self).split("/")[3:5])

    namespace = property(lambda self: self.repo_id.split("/")[0])
    oid = property(lambda self: "0" * 40)


def install(run: Run) -> None:
    """Blocks every way of writing to the hub that its client has, and logging in."""
    patches = run.patches

    @patches.after("huggingface_hub.hf_api")
    def api(module: Any) -> None:
        for name in WRITES:
            patches.replace(module.HfApi, name, _instead(_written_down(run, name)))
            patches.replace(module, name, _instead(_written_down(run, name, 0)))
        if run.spec.smoke:
            for name, answer in READS.items():
                patches.replace(module.HfApi, name, _instead(_answering(answer)))
                patches.replace(module, name, _instead(_answering(answer)))
            patches.replace(module.HfApi, "list_repo_files", _instead(lambda self, *a, **k: _files(*a, **k)))
            patches.replace(module, "list_repo_files", _instead(_files))
            for name, kind in INFORMING.items():
                patches.replace(module.HfApi, name, _informing(run, getattr(module, kind), 1))
                patches.replace(module, name, _informing(run, getattr(module, kind), 0))
            patches.replace(module.HfApi, "file_exists", lambda real: lambda self, *a, **k: _in_box(run, *a, **k))
            patches.replace(module, "file_exists", lambda real: lambda *a, **k: _in_box(run, *a, **k))

    @patches.after("peft.utils.other")
    def peft_(module: Any) -> None:
        # PEFT does not even ask when it is offline, and then saves no resized embeddings
        if run.spec.smoke:
            name = "check_file_exists_on_hf_hub"
            patches.replace(module, name, lambda real: lambda *a, **k: _in_box(run, *a, **k) or None)

    @patches.after("huggingface_hub._login")
    def login(module: Any) -> None:
        for name in ("login", "logout", "notebook_login", "interpreter_login", "_login"):
            patches.replace(module, name, lambda real: lambda *a, **k: run.neutral("login to the hub: left out"))

    @patches.after("huggingface_hub.hub_mixin")
    def mixin(module: Any) -> None:
        patches.replace(module.ModelHubMixin, "push_to_hub", lambda real: _pushed(run))

    @patches.after("datasets.arrow_dataset")
    def datasets(module: Any) -> None:
        patches.replace(module.Dataset, "push_to_hub", lambda real: _pushed(run))

    @patches.after("datasets.dataset_dict")
    def datasets_dict(module: Any) -> None:
        patches.replace(module.DatasetDict, "push_to_hub", lambda real: _pushed(run))


def _instead(function: Any) -> Any:
    """For `Patches.replace`: this function, whatever the original was."""
    return lambda real: function


def _answering(answer: Any) -> Any:
    return lambda *args, **options: answer


def _files(repo_id: str = "", *args: Any, **options: Any) -> list[str]:
    """What lies in a repository, as far as its name tells: of one that is called `zephyr-7b-qlora`, an adapter."""
    of_models = options.get("repo_type") in (None, "model")
    return list(ADAPTER_FILES) if of_models and ADAPTED.search(str(repo_id).rpartition("/")[2]) else []


def _informing(run: Run, kind: Any, skip: int) -> Any:
    """What the hub would say of a repository that the script asks for; libraries are told that they are offline."""

    def replacing(real: Any) -> Any:
        def info(*args: Any, **options: Any) -> Any:
            if not run.code.asks():
                return real(*args, **options)
            named = options.get("repo_id") or next(iter(args[skip:]), "")
            return kind(
                id=str(named), sha="0" * 40, private=False, gated=False, tags=[], siblings=[], likes=0, downloads=0
            )

        return info

    return replacing


def _written_down(run: Run, name: str, skip: int = 1) -> Any:
    def write(*args: Any, **options: Any) -> Any:
        named = options.get("repo_id") or next((a for a in args[skip:] if isinstance(a, str)), "")
        run.journal.event("upload", call=name, repo=str(named))
        if named and options.get("folder_path") and options.get("repo_type") in (None, "model"):
            _keep(run, str(named), options["folder_path"], options.get("path_in_repo") or "")
        run.neutral(f"{name} {named}: kept from happening".replace("  ", " "))
        return Answer(f"https://hub/{named}" if named else "https://hub/you/model")

    return write


def _keep(run: Run, repo_id: str, folder: Any, path_in_repo: str) -> None:
    """The adapter of a folder that is uploaded, in the box: it may be left nowhere else."""
    source = run.paths.reading(folder)
    target = os.path.normpath(os.path.join(run.box("pushed"), repo_id.replace("/", "--"), path_in_repo))
    if not os.path.isfile(os.path.join(source, "adapter_config.json")) or not target.startswith(run.box("pushed")):
        return
    os.makedirs(target, exist_ok=True)
    for path in glob.glob(os.path.join(glob.escape(os.fspath(source)), "adapter_*")):
        if os.path.isfile(path):
            shutil.copyfile(path, os.path.join(target, os.path.basename(path)))


def _in_box(run: Run, repo_id: str, filename: str, *args: Any, **options: Any) -> bool:
    """Is a file among the stand-ins of this id?"""
    repository = os.path.join(run.box("hub"), "models--" + str(repo_id).replace("/", "--"), "snapshots")
    return any(os.path.exists(path) for path in glob.glob(os.path.join(glob.escape(repository), "*", filename)))


def _pushed(run: Run) -> Any:
    def push_to_hub(self: Any, repo_id: Any = "", *args: Any, **options: Any) -> Any:
        run.neutral(f"push to the hub ({repo_id}): kept from happening")
        return Answer(f"https://hub/{repo_id}")

    return push_to_hub
