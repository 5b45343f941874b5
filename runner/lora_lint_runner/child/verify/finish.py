"""The end of a run: every directory of the box that holds, or should hold, an adapter or a merged model, looked at."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ..context import Run
from ..observe.outputs import Answer
from ..observe.saves import PIPELINE, Saves
from ..stand_in.models.model_names import further_trained
from . import differing, merged, precision, reload
from .adapter import CONFIG, WEIGHTS, adapter_folders, is_checkpoint, is_mixed, look, look_weights, plain
from .answering import Reloaded
from .json_file import NoObject, read_object
from .nowhere import elsewhere, nowhere
from .problem import OVERWRITTEN, UNHELD, UNLABELLED, UNTOUCHED, UNTRAINED, Problem, kinds
from .removed import Removed
from .shown import shown
from .tensors import Unreadable, read

UNSAVED = {
    False: "modules_to_save names {names}, and no tensor is of it: PEFT refuses to load that",
    True: "modules_to_save names {names}, and no tensor is of it: it may be in another file that this run wrote",
}
# in the box: what stands in lies there, and what libraries leave; a script may mean a folder of its own (`../models`)
SKIPPED = ("hub", "made-up", "models", "home", "tmp")


def finish(run: Run, saves: Saves, removed: Removed) -> dict[str, Any]:
    """What is in each adapter's directory, and in each merged model's that was saved."""
    wanted: dict[str, dict[str, Any]] = {}
    for save in saves.saved:
        if save["kind"] in ("saved", "checkpoint", "merged_copy_saved") and not save["error"]:
            wanted[save["folder"]] = save
    adapters = []
    pipelines = dict(_of_pipelines(saves))
    for folder in adapter_folders(run.spec.box):
        inside = os.path.relpath(folder, run.spec.box).split(os.sep)[0]
        if inside.startswith("rank-") or (folder not in wanted and _read_only(run, saves, folder)):
            continue
        if folder in pipelines and not any(os.path.isfile(os.path.join(folder, name)) for name in WEIGHTS):
            continue  # a config that was saved by itself, beside weights that need none
        if inside in SKIPPED and _save_of(saves, folder) is None:
            continue
        adapters.append(_adapter(run, saves, folder))
    for folder, names in pipelines.items():
        more = {"peft_type": "LORA", "unread": "it is loaded into a pipeline"}
        adapters.append(plain(look_weights(folder, names), shown(run, folder), is_checkpoint(folder), **more))
    models = [
        _merged(run, saves, folder)
        for folder, save in wanted.items()
        if save["kind"] == "saved" and (save["model"] or {}).get("kind", "").endswith(", merged")
    ]
    lost = nowhere(run, run.events.moved) if run.spec.smoke else []
    told = {"nowhere": lost, "removed": removed.gone() if run.spec.smoke else []}
    return {"adapters": adapters, "merged": models, "kept": _kept(run, saves), **told}


def _read_only(run: Run, saves: Saves, folder: str) -> bool:
    """Was an adapter there before the script was, or is it a made-up one, and has nothing been written to it since?"""
    made = run.met.adapters_made.get(os.path.realpath(folder))
    if made is not None:
        return all(
            os.stat(os.path.join(folder, n)).st_mtime <= made + 1e-3
            for n in (CONFIG, *WEIGHTS)
            if os.path.isfile(os.path.join(folder, n))
        )
    return folder in run.met.adapters_before and folder not in map(os.path.dirname, _written(saves))


def _kept(run: Run, saves: Saves) -> list[dict[str, Any]]:
    """What each save wrote and is still there, under the names that the directories have from where the script was
    started: it may have gone elsewhere since, or removed them."""
    found = []
    for save in saves.saved:
        there: dict[str, dict[str, int]] = {}
        for place, names in save["files"].items():
            folder = _folder(save, place)
            sizes = {
                name: os.path.getsize(path) for name in names if os.path.isfile(path := os.path.join(folder, name))
            }
            if sizes:
                there[shown(run, folder)] = sizes
        found.append({"kind": save["kind"], "files": there})
    return found


def _folder(save: dict[str, Any], place: str) -> str:
    """Where one of the directories lies that a save wrote to."""
    return os.path.normpath(os.path.join(save["folder"], os.path.relpath(place, save["place"])))


def _written(saves: Saves) -> list[str]:
    """All files that the script saved and that are still there."""
    told = [(save, place, name) for save in saves.saved for place, names in save["files"].items() for name in names]
    return [path for save, place, name in told if os.path.isfile(path := os.path.join(_folder(save, place), name))]


def _adapter(run: Run, saves: Saves, folder: str) -> dict[str, Any]:
    save = _save_of(saves, folder)
    name = _name_of(save, folder)
    found = look(folder, _starts_of(save, name))
    reloaded = Reloaded(None, saves.outputs.silent.get(folder, ""))
    answer = saves.outputs.answers.get(folder)
    heads = saves.by_hand.in_full.get(folder, {})
    if names := [name for name in found.unsaved if any(f".{name}." in f".{key}" for key in heads)]:
        apart = elsewhere(run, heads, folder)
        (found.notes if apart else found.problems).append(UNSAVED[apart].format(names=", ".join(names)))
        answer = None
    if not found.problems and answer is not None and _answered(save, name) and not is_mixed(folder):
        reloaded = _guarded(lambda: reload.adapter(folder, answer, lambda: _written(saves)))
        if reloaded.anew and run.spec.smoke and further_trained(str(found.config.get("base_model_name_or_path"))):
            reloaded = Reloaded(None, f"it goes well only where the real checkpoint has {reloaded.anew}")
        if reloaded.ok is False:
            found.problems.append(reloaded.text)
            if answer.own_base and _kept_base(saves, answer):
                found.notes.append(found.problems.pop())
            elif answer.own_base:
                found.problems[-1] += "; the merged model that it was trained on is saved nowhere"
    if (others := _others_before(saves, folder)) and found.trained:
        them = f"{others} other adapters were" if others > 1 else "another adapter was"
        found.notes.append(f"{them} {OVERWRITTEN}")
    if found.trained and _as_loaded(save, name):
        found.notes.append("as it was when this run loaded it: nothing in it has changed since")
    if found.trained is False and found.notes and run.met.trained and _alone(save):
        text = "not trained: a copy of the adapter that was loaded, though the script trained"
        found.problems.append(Problem(text, UNTRAINED))
    if answer is not None and (other := _other_base(folder, answer)):
        found.notes.append(other)
    unread = reloaded.text if reloaded.ok is None else None
    idle = _idle(run, save, name) if found.trained is False else ""
    unlabelled = run.met.losses > 0 and run.met.masked == run.met.losses
    if found.trained is False and (why := idle or (UNLABELLED if unlabelled else "")):
        found.problems[:] = [
            Problem(f"{p}: {why}", UNTRAINED) if kinds([p]) == [UNTRAINED] else p for p in found.problems
        ]
    more = {"reloads": reloaded.ok, "difference": reloaded.difference, "unread": unread, "idle": idle}
    return plain(found, shown(run, folder), is_checkpoint(folder), **more)


def _idle(run: Run, save: dict[str, Any] | None, name: str) -> str:
    """Why an adapter cannot have moved, whatever the rows."""
    adapter = (((save and save["model"]) or {}).get("label"), name)
    if not run.events.steps or adapter[0] is None:
        return ""
    if adapter in run.events.unheld.adapters:
        return UNHELD
    stood_in = bool(run.met.passed)  # a loss, too, may be of something that takes every call, and of no model then
    return "" if adapter in run.events.unheld.touched or stood_in else UNTOUCHED


def _other_base(folder: str, answer: Answer) -> str:
    """What is wrong with the base that an adapter's config names: a loader goes by it."""
    try:
        named = read_object(os.path.join(folder, CONFIG)).get("base_model_name_or_path")
    except NoObject:
        return ""
    if not named or not answer.base_name or answer.own_base or named == answer.base_name:
        return ""
    return f"{CONFIG} names {named} as its base, and it was trained on {answer.base_name}"


def _kept_base(saves: Saves, answer: Answer) -> bool:
    """Can the merged model that an adapter was trained on be had again? Where it was saved, or each adapter that was
    trained and merged into it, or where tensors were saved that may be either."""
    saved = [save for save in saves.saved if not save["error"]]
    told = [(s["kind"], (s["model"] or {}).get("kind", "")) for s in saved]
    whole = any(kind in ("weights_saved", "merged_copy_saved") or model.endswith(", merged") for kind, model in told)
    starts = [start["digests"] for save in saved for start in (save.get("starts") or {}).values()]
    return whole or all(start in starts for start in answer.merged_in)


def _of_pipelines(saves: Saves) -> list[tuple[str, list[str]]]:
    """The directories that diffusers has put weights into for a pipeline, with the names of the files."""
    found: dict[str, list[str]] = {}
    for save in saves.saved:
        if save["how"] == PIPELINE and not save["error"]:
            found[save["folder"]] = [name for names in save["files"].values() for name in names]
    return list(found.items())


def _name_of(save: dict[str, Any] | None, folder: str) -> str:
    """The adapter that a directory holds: PEFT puts each but the default one into a folder of its name."""
    return "default" if save is None or folder == save["folder"] else os.path.basename(folder)


def _starts_of(save: dict[str, Any] | None, name: str) -> dict[str, Any] | None:
    """How the adapter of this name began; of all of them where the name is not among those that were saved."""
    starts: dict[str, Any] | None = save.get("starts") if save else None
    return {name: starts[name]} if starts and name in starts else starts


def _others_before(saves: Saves, folder: str) -> int:
    """How many other models' adapters, trained as well, this directory has held before the last one."""
    here = [s for s in saves.saved if s["folder"] == folder and s["model"] and not s["error"]]
    trained = {s["model"]["label"] for s in here if any(a["trained"] for a in s["model"]["adapters"])}
    return max(0, len(trained) - 1)


def _as_loaded(save: dict[str, Any] | None, name: str) -> bool:
    """Was an adapter that this run has saved before, and loaded again, still the same when it was saved once more?"""
    adapters = (save.get("model") or {}).get("adapters", ()) if save else ()
    return any(a["name"] == name and a["as_loaded"] and not a["restored"] for a in adapters)


def _answered(save: dict[str, Any] | None, name: str) -> bool:
    """Was it this adapter that answered when the model was saved? Not where another one was active."""
    adapters = ((save or {}).get("model") or {}).get("adapters", [])
    return not any(adapter["name"] == name and not adapter["active"] for adapter in adapters)


def _alone(save: dict[str, Any] | None) -> bool:
    """Is it the only adapter of the model that was saved? Of several some are rightly left as they were."""
    adapters = ((save or {}).get("model") or {}).get("adapters", [])
    return len(adapters) <= 1


def _merged(run: Run, saves: Saves, folder: str) -> dict[str, Any]:
    """A merged model's directory: its weights against base and adapter, its answer against that before the merge."""
    answer = saves.outputs.answers.get(folder)
    asked = _guarded(lambda: reload.merged(folder, answer))
    held = _held(folder, answer)
    ok = held.ok if held.ok is not None else asked.ok
    return {
        "directory": shown(run, folder),
        "ok": ok,
        "text": held.text if held.ok is not None else asked.text,
        "holds": held.ok,
        "modules": held.modules,
        "difference": asked.difference,
        "twice": _beside(folder, answer),
    }


def _beside(folder: str, answer: Answer | None) -> bool:
    """Does an adapter that was merged into the model lie beside it? Both are loaded, and it counts twice."""
    if answer is None or answer.merged is None:
        return False
    name = next((name for name in WEIGHTS if os.path.isfile(os.path.join(folder, name))), None)
    if name is None:
        return False
    try:
        beside = precision.torch_all(read(os.path.join(folder, name)))
    except (Unreadable, KeyError):
        return False
    return any(_equal(beside, tensors) for tensors, _ in answer.merged.adapters)


def _equal(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """The same tensors, whatever format they are in?"""
    return first.keys() == second.keys() and all(
        first[key].shape == second[key].shape and bool((first[key].double() == second[key].double()).all())
        for key in first
    )


def _held(folder: str, answer: Answer | None) -> merged.Held:
    if answer is None or answer.merged is None:
        return merged.Held(None, "nothing to compare with")
    try:
        saved = precision.torch_all(differing.weights(folder))
        if merged.named_otherwise(saved, answer.merged.base):
            saved = answer.base_class.from_pretrained(folder).state_dict()
        return merged.holds(saved, answer.merged.base, answer.merged.adapters)
    except Exception as error:  # a class of its own may refuse the file in its own way
        return merged.Held(None, f"not compared: {error}")


def _guarded(ask: Any) -> Reloaded:
    try:
        found: Reloaded = ask()
    except Exception as error:
        return Reloaded(None, f"could not be tried: {type(error).__name__}: {error}"[:300])
    return found


def _save_of(saves: Saves, folder: str) -> dict[str, Any] | None:
    """The last save that wrote this directory, itself or as a sub-folder of what it was given."""
    found = None
    for save in saves.saved:
        if folder == save["folder"] or folder.startswith(save["folder"] + os.sep):
            found = save if found is None or len(save["folder"]) >= len(found["folder"]) else found
    return found
