"""What a tree of saved files amounts to: a verdict, and the ways to get the adapter back."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lora_lint_runner.child.verify.holding import SHARDS
from lora_lint_runner.child.verify.problem import BESIDE, NAMES

Holding = Mapping[str, Any]
USABLE, NONE, BROKEN, UNCHECKED = "usable", "no adapter", "broken", "unchecked"
TAKE_OUT = (
    "the adapter's tensors are in {place}: wrap the base with get_peft_model() as the training did, give it these "
    "tensors with load_state_dict(..., strict=False), and save_pretrained() writes an adapter"
)
EXIT = {USABLE: 0, NONE: 1, BROKEN: 1, UNCHECKED: 3}


class Way(NamedTuple):
    """A way back to the adapter. `how` is "copy" or "rename" (from `directory`), "subtract", "gather" or "take out"."""

    how: str
    directory: str
    text: str


class Conclusion(NamedTuple):
    """The verdict in a word, the reason in a sentence."""

    word: str
    reason: str
    ways: list[Way]

    @property
    def exit(self) -> int:
        return EXIT[self.word]


def conclude(holdings: Sequence[Holding], shown: str, compared: Mapping[str, Any] | None = None) -> Conclusion:
    """Judges the holdings of one directory; `shown` is how its user names it, `compared` how its full model differs
    from a base."""
    root, rest = holdings[0], holdings[1:]
    ways = _ways(holdings, shown, compared)
    own = root["adapter"]
    if own is not None:
        if own["problems"]:
            return Conclusion(BROKEN, f"the adapter in {shown} is not usable: {own['problems'][0]}", ways)
        if own["unchecked"]:
            return Conclusion(UNCHECKED, f"the adapter in {shown} could not be looked at: {own['unchecked'][0]}", ways)
        return Conclusion(USABLE, f"{shown} holds {described(own)}", [])
    beside = [h for h in rest if h["adapter"] is not None and not h["adapter"]["checkpoint"]]
    usable = [h for h in beside if h["adapter"]["usable"] and not h["adapter"]["unchecked"]]
    broken = [h for h in beside if not h["adapter"]["usable"]]
    model = root["model"]
    if usable and (model is not None or not root["files"]) and not (broken and model is None):
        named = ", ".join(_at(shown, h["directory"]) for h in usable[:4])
        return Conclusion(USABLE, f"{len(usable)} usable adapter{'s' if len(usable) > 1 else ''}: {named}", [])
    if usable and not broken:
        places = [_at(shown, h["directory"]) for h in usable]
        alone = f"it is in {places[0]}, as PEFT saves one that is not called default"
        several = (
            f"{len(places)} are below it ({', '.join(places[:4])}), as PEFT saves those that are not called default"
        )
        reason = f"{shown} itself holds no adapter: {alone if len(places) == 1 else several}"
        return Conclusion(NONE, reason, ways)
    if broken:
        place = _at(shown, broken[0]["directory"])
        return Conclusion(BROKEN, f"the adapter in {place} is not usable: {broken[0]['adapter']['problems'][0]}", ways)
    if beside:
        return Conclusion(UNCHECKED, f"the adapters below {shown} could not be looked at", ways)
    unread = next((h for h in holdings if h["unchecked"]), None)
    if unread is not None and not any(h["adapter"] for h in rest):
        place = _at(shown, unread["directory"])
        return Conclusion(UNCHECKED, f"{place} could not be looked at: {unread['unchecked'][0]}", ways)
    return Conclusion(NONE, _without_adapter(root, rest, shown, compared), ways)


def _without_adapter(root: Holding, rest: Sequence[Holding], shown: str, compared: Mapping[str, Any] | None) -> str:
    checkpoints = [h for h in rest if h["adapter"] is not None and h["adapter"]["usable"]]
    model = root["model"]
    full = f"a full model ({model['architecture'] or 'of unknown kind'})" if model is not None else None
    if checkpoints:
        left = f"the adapter is only left in {_in_order(checkpoints, shown)}"
        return f"{shown} holds {full}; {left}" if full else left
    if model is not None and model["adapter_tensors"]:
        return (
            f"{shown} holds a state dict with {model['adapter_tensors']} "
            "tensors of an adapter, and no adapter that could be loaded"
        )
    if full:
        return f"{shown} holds {full} and no adapter{_origin(compared)}"
    loose = [(h["directory"], name) for h in (root, *rest) for name in h["loose"]]
    if loose:
        named = ", ".join(_at(shown, os.path.join(*place)) for place in loose[:4])
        return f"{shown} holds no adapter that a loader would find, but tensors of one in {named}"
    if root["also"] or any(h["holds"] for h in rest):
        found = list(dict.fromkeys(word for h in (root, *rest) for word in (*h["holds"], *h["also"])))
        return f"{shown} holds no adapter, only {', '.join(found)}"
    if root["unopened"]:
        return f"{shown} holds no adapter that a loader would find; not opened: {', '.join(root['unopened'][:4])}"
    return f"{shown} holds nothing of a model"


def _in_order(checkpoints: Sequence[Holding], shown: str) -> str:
    """The newest checkpoint by name, and how many others there are; of several runs that of each."""
    runs = _by_run(checkpoints)
    if len(runs) > 1:
        return f"checkpoints of {len(runs)} runs: {', '.join(_at(shown, run[-1]['directory']) for run in runs[:4])}"
    newest = _at(shown, checkpoints[-1]["directory"])
    others = len(checkpoints) - 1
    return f"{newest} and {others} older checkpoint{'s' if others > 1 else ''}" if others else newest


def _by_run(checkpoints: Sequence[Holding]) -> list[list[Holding]]:
    """Checkpoints by the directory of the training that left them."""
    found: dict[str, list[Holding]] = {}
    for held in checkpoints:
        parts = held["directory"].split(os.sep)
        home = next((i for i, part in enumerate(parts) if part.startswith("checkpoint-")), len(parts))
        found.setdefault(os.sep.join(parts[:home]), []).append(held)
    return list(found.values())


def _origin(compared: Mapping[str, Any] | None) -> str:
    if compared is None or "error" in compared:
        return ": it may be merged, or the base as it was"
    return ", merged or trained in full" if _differs(compared) else ": it is the base as it was"


def _ways(holdings: Sequence[Holding], shown: str, compared: Mapping[str, Any] | None) -> list[Way]:
    adapters = [h for h in holdings[1:] if h["adapter"] is not None and h["adapter"]["usable"]]
    found = []
    for held in [h for h in adapters if not h["adapter"]["checkpoint"]][:3]:
        place = _at(shown, held["directory"])
        found.append(Way("copy", held["directory"], f'the adapter is in {place}: load it from there ("{place}")'))
    if any(h["adapter"]["checkpoint"] for h in adapters):
        every = [h for h in holdings[1:] if h["adapter"] is not None and h["adapter"]["checkpoint"]]
        found += [_checkpoint(run, shown) for run in _by_run(every)[:3] if any(h["adapter"]["usable"] for h in run)]
    else:
        found += _from_models(holdings, shown, compared)[:1]
    for held in holdings:
        place = _at(shown, held["directory"])
        own, model = held["adapter"], held["model"]
        kinds = set(own["kinds"]) if own is not None else set()
        if kinds == {BESIDE}:
            text = f"the adapter in {place} is whole: --rescue OUT copies it to a directory of its own"
            found.insert(0, Way("copy", held["directory"], text))
        if kinds == {NAMES}:
            text = f"only the names of the tensors in {place} are wrong: --rescue OUT writes them right"
            found.append(Way("rename", held["directory"], text))
        if (model is not None and model["adapter_tensors"]) or held["loose"]:
            file = _at(place, held["loose"][0]) if held["loose"] else place
            found.append(Way("take out", held["directory"], TAKE_OUT.format(place=file)))
        gathered = [
            Way("gather", held["directory"], f"{place} has {w}: {SHARDS[w]}") for w in held["also"] if w in SHARDS
        ]
        found += gathered
    return found


def _from_models(holdings: Sequence[Holding], shown: str, compared: Mapping[str, Any] | None) -> list[Way]:
    """The full models that may be merged: not one that was found to be its base."""
    same = compared is not None and "error" not in compared and not _differs(compared)
    found = []
    for held in holdings:
        if held["model"] is None or held["model"]["problems"]:
            continue
        if same and compared is not None and compared["directory"] == held["directory"]:
            continue
        place = _at(shown, held["directory"])
        text = f"if {place} is a merged model, its adapter is merged minus base: --rescue OUT --base MODEL"
        found.append(Way("subtract", held["directory"], text))
    return found


def _differs(compared: Mapping[str, Any]) -> bool:
    return bool(compared["differing"] or compared["other_types"] or compared["new"] or compared["other_shapes"])


def _checkpoint(checkpoints: Sequence[Holding], shown: str) -> Way:
    """The checkpoint of one run to take: the one that its trainer found best, else the last."""
    usable = [h for h in checkpoints if h["adapter"]["usable"]]
    best = next((h["best"] for h in reversed(checkpoints) if h["best"]), None)
    named = [h for h in usable if best and os.path.basename(os.path.normpath(best)) == os.path.basename(h["directory"])]
    held = (named or usable)[-1]
    step = f", step {held['step']}" if held["step"] is not None else ""
    last = "the last one" if len(usable) > 1 else "the only one"
    among = " that is usable" if len(usable) < len(checkpoints) else ""
    why = "the best one by its trainer" if named else last + among
    why += f" of {len(checkpoints)}"
    if named and held is not usable[-1]:
        why += f", the newest is {os.path.basename(usable[-1]['directory'])}"
    place = _at(shown, held["directory"])
    return Way(
        "copy",
        held["directory"],
        (f"the adapter is in {place} ({why}{step}): load it from there, or let --rescue OUT copy it"),
    )


def _at(shown: str, directory: str) -> str:
    return os.path.normpath(os.path.join(shown, directory))


def described(adapter: Mapping[str, Any]) -> str:
    """An adapter in a few words."""
    words = [str(adapter["peft_type"] or "an adapter")]
    if adapter["r"]:
        words.append(f"r={adapter['r']}")
    words.append(f"{adapter['tensors']} tensor{'s' if adapter['tensors'] != 1 else ''}")
    if adapter["tensors"]:
        words.append({True: "trained", False: "not trained", None: "no telling whether trained"}[adapter["trained"]])
    return f"a usable adapter ({', '.join(words)})" if adapter["usable"] else ", ".join(words)
