"""Another stand-in for a model, where the one that was made does not do."""

from __future__ import annotations

import ast
import re
from typing import Any

from ...context import Run
from ...stand_in.models.shrink import WIDTH
from ...steering.demands import exits
from .learning import Learned, around, conditions, frames, held_by, statement, value_of

MOST, ROOMY = 4096, 256
SEVERAL = 2  # models of that width
SOME_ROWS, MANY_ROWS = 64, 65_536
TRAINED = re.compile(
    r"train\w*[ _.]?(param\w*|weights?|pct|perc\w*|ratio|share|frac\w*)|trainable|(param\w*|lora)_(ratio|pct)"
)
WIDTHS = tuple(  # of torch 2.13
    map(
        re.compile,
        (
            r"shapes cannot be multiplied \(\d+x(?P<given>\d+) and (?P<wanted>\d+)x",
            r"size of tensor a \((?P<given>\d+)\) must match the size of tensor b \((?P<wanted>\d+)\)",
            r"size of tensor a \((?P<wanted>\d+)\) must match the size of tensor b \((?P<given>\d+)\)",
            r"normalized_shape=\[(?P<wanted>\d+)\].*got input of size\[.*?(?P<given>\d+)\]",
            r"to have (?P<wanted>\d+) channels, but got (?P<given>\d+) channels",
            r"must match except in dimension \d+\. Expected size (?P<wanted>\d+) but got size (?P<given>\d+)",
        ),
    )
)
# PiSSA and its like have no more ranks than a layer is wide
SMALLER_RANK = re.compile(r"\.lora_A\.\S*: copying a param with shape torch\.Size\(\[(\d+),.*?torch\.Size\(\[(\d+),")
TOO_LARGE = re.compile(
    r"requires `?r`? |(smaller|larger) than|less than or equal|at most|exceed|divisible|block_size|blocks?\b|\brank\b"
)
NONE_NAMED = re.compile(
    r"Please specify `target_modules`"
)  # of PEFT 0.21, for an architecture that it has no modules of
LAYER = re.compile(r"\b(layers?|blocks?|h)[ ._\[]{1,2}([2-9]|\d\d+)\b", re.I)  # one that two layers do not have
PRESUMED = ("the Auto class", "the trainer", "nothing known of it", "target_modules", "what its name sounds like")


def targets(run: Run, error: BaseException) -> Learned | None:
    """Modules that the model has, for an argument or a setting that nobody gave: those that PEFT itself would take."""
    filler, known = run.filler, run.spec.learned.get("values", {})
    if filler is None or "Target modules" not in str(error) or "not found" not in str(error):
        return None
    wanted = set(re.findall(r"[\w.-]+", str(error).split("Target modules")[1].split("not found")[0]))
    wrong = [n for n in filler.given if n not in known and _listed(filler.options.get(n)) == wanted]
    kinds = [getattr(getattr(f.f_locals.get("model"), "config", None), "model_type", None) for f in frames(error)]
    fitting = next((_of_peft(kind) for kind in reversed(kinds) if kind is not None), [])
    if not wrong or not fitting:
        return None
    found = {n: fitting if isinstance(filler.options[n], list) else fitting[0] for n in wrong}
    return {"values": {**known, **found}}


def _listed(value: object) -> set[str]:
    return {str(v) for v in (value if isinstance(value, (list, tuple, set)) else [value])}


def _of_peft(kind: str) -> list[str]:
    """The modules that PEFT adapts in an architecture, where none are named."""
    from peft.utils import constants

    found = constants.TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING.get(kind, ())
    return sorted(found) if not isinstance(found, str) else []


def adapted(run: Run) -> Learned | None:
    """What unsloth loads is a model or an adapter: the latter, where the script puts none on it and no model is called
    so."""
    new = not {"wrapped", "added", "loaded"} & run.journal.kinds and "adapters" not in run.spec.learned
    return {"adapters": run.met.may_be_adapters} if new and run.met.may_be_adapters else None


def modules(run: Run, error: BaseException) -> Learned | None:
    """Another architecture, where the one that stands in was only a guess; for a config that names no modules, one of
    which PEFT knows them."""
    first = str(error).strip().split("\n")[0]
    unnamed = isinstance(error, ValueError) and NONE_NAMED.match(first) is not None
    if not unnamed and ("Target modules" not in first or "not found" not in first):
        return None
    hub = run.hub
    if hub is None:
        return None
    from ...stand_in.models import family, model_names

    named = frozenset(re.findall(r"['\"]([\w.]+)['\"]", str(error))) if not unnamed else frozenset()
    if named and "renamed" not in run.spec.learned and any(model_names.is_remote(name) for name in hub.made):
        return {"families": {}, "renamed": sorted(named)}
    guessed = {n: f for n, f in hub.made.items() if f.why in PRESUMED or n in run.spec.learned.get("families", ())}
    if not guessed:
        return None
    tried = run.spec.learned.get("tried", [])
    asked = family.Asked(None, run.hints.classes, frozenset() if unnamed else frozenset({*run.hints.modules, *named}))
    plain = [family.choose(name, asked).model_type for name in guessed] if unnamed else []
    kinds = [kind for kind in (*plain, *family.candidates(asked)) if not unnamed or _of_peft(kind)]
    for kind in kinds:
        if kind not in tried and kind not in {f.model_type for f in guessed.values()}:
            return {"families": dict.fromkeys(guessed, kind), "tried": [*tried, kind]}
    return None


def depth(run: Run, error: BaseException) -> Learned | None:
    """All layers of a model, for a script that goes by their numbers: it takes some of them out, or adapts the last."""
    text = str(error)
    beyond = isinstance(error, IndexError) and re.fullmatch(r"index -?\d+ is out of range", text)
    unmatched = ("Target modules" in text and "not found" in text) or "'layers_to_transform'" in text
    named = isinstance(error, (LookupError, ValueError, AssertionError, AttributeError)) and LAYER.search(text)
    lacks = beyond or unmatched or named
    return {"deep": True} if lacks and run.hub and run.hub.made and "deep" not in run.spec.learned else None


def width(run: Run, error: BaseException) -> Learned | None:
    """The width of the real model, where a script writes it down (`nn.Linear(768, 2)`); more of it, where PEFT refuses
    a rank or a block that is too large for so small layers."""
    if run.hub is None or not run.hub.made or "wide" in run.spec.learned:
        return None
    text = str(error)
    if isinstance(error, ValueError) and TOO_LARGE.search(text) and _in_peft(error):
        return {"wide": ROOMY}
    rank = SMALLER_RANK.search(text)
    if rank is not None and int(rank.group(1)) == WIDTH < int(rank.group(2)) <= MOST:
        return {"wide": max(ROOMY, int(rank.group(2)))}
    found = next((m for m in (p.search(text) for p in WIDTHS) if m), None) if isinstance(error, RuntimeError) else None
    if found is None:
        return None
    given, wanted = int(found.group("given")), int(found.group("wanted"))
    wide, rest = divmod(wanted * WIDTH, given)  # of several states beside each other, each is so wide
    bearable = WIDTH < wide <= MOST and len(run.hub.made) * wide**2 <= SEVERAL * MOST**2  # each is made so wide
    return {"wide": wide} if not rest and bearable else None


def _in_peft(error: BaseException) -> bool:
    return str(frames(error)[-1].f_globals.get("__name__")).startswith("peft.")


def window(run: Run, error: BaseException) -> Learned | None:
    """How far a model of time series looks back and ahead, and how many series there are, by what it was given."""
    if run.hub is None or "config" in run.spec.learned or not isinstance(error, (ValueError, RuntimeError, TypeError)):
        return None
    for frame in frames(error):
        past, future = (_sizes(frame.f_locals.get(name)) for name in ("past_values", "future_values"))
        if past:
            found = {"context_length": past[1], "num_input_channels": past[2]}
            return {"config": {**found, **({"prediction_length": future[1]} if future else {})}}
    return None


def demanded(run: Run, error: BaseException) -> Learned | None:
    """What a script demands of the config of a model: `assert model.config.num_input_channels == len(COLUMNS)`."""
    failed, held = statement(run, error), held_by(run, error)
    if run.hub is None or not isinstance(failed, (ast.Assert, ast.Raise, ast.Expr)):
        return None
    wanted = ast.Eq if isinstance(failed, ast.Assert) else ast.NotEq
    found: dict[str, int] = {}
    for test in [failed.test] if isinstance(failed, ast.Assert) else conditions(run, error):
        for node in [n for n in ast.walk(test) if isinstance(n, ast.Compare) and isinstance(n.ops[0], wanted)]:
            for side, other in ((node.left, node.comparators[0]), (node.comparators[0], node.left)):
                value, setting = value_of(other, held), _setting(run, error, side)
                if setting and type(value) is int and 0 < value <= MOST:
                    found[setting] = value
    return {"config": {**run.spec.learned.get("config", {}), **found}} if found else None


def channels(run: Run, error: BaseException) -> Learned | None:
    """How many channels a UNet of diffusers takes, by what it was given: beside a picture there may be another, or its
    mask."""
    said = re.search(r"to have \d+ channels, but got (\d+) channels", str(error))
    by_unet = any("UNet" in type(f.f_locals.get("self")).__name__ for f in frames(error))
    known = run.spec.learned.get("config", {})
    new = run.hub and said is not None and by_unet and "in_channels" not in known
    return {"config": {**known, "in_channels": int(said[1])}} if new and said is not None else None


def texts(run: Run, error: BaseException) -> Learned | None:
    """How wide the states of texts are that a model of diffusers takes, by what it was given: those of another encoder,
    which were computed beforehand, say."""
    found = WIDTHS[0].search(str(error)) if isinstance(error, RuntimeError) and run.hub is not None else None
    if found is None or int(found.group("given")) > MOST:
        return None
    from ...stand_in.models.diffusion import OF_TEXTS

    known: dict[str, int] = run.spec.learned.get("config", {})
    for owner in [frame.f_locals.get("self") for frame in reversed(frames(error))]:
        config = getattr(owner, "config", None) if type(owner).__module__.startswith("diffusers.") else None
        taken = [k for k, v in dict(config or {}).items() if v == int(found.group("wanted")) and OF_TEXTS.search(k)]
        if new := [field for field in taken if field not in known]:
            return {"config": {**known, **dict.fromkeys(new, int(found.group("given")))}}
    return None


def _setting(run: Run, error: BaseException, side: ast.expr) -> str | None:
    """The setting of a config that an expression reads, or one that its function has put into a variable before."""
    if isinstance(side, ast.Attribute):
        return side.attr if ast.unparse(side.value).endswith(("config", "conv_in")) else None
    if not isinstance(side, ast.Name):
        return None
    for assign in [n for f in around(run, error, ast.FunctionDef) for n in ast.walk(f) if isinstance(n, ast.Assign)]:
        target, value = assign.targets[0], assign.value
        both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        pairs = zip(target.elts, value.elts) if both else [(target, value)]  # type: ignore[attr-defined]
        for name, read in pairs:
            if isinstance(name, ast.Name) and name.id == side.id and isinstance(read, ast.Attribute):
                return _setting(run, error, read)
    return None


def _sizes(value: Any) -> list[int]:
    """Of a batch of series: how many, how long, and how many at a time."""
    found = [int(size) for size in getattr(value, "shape", ())]
    return found if len(found) == 3 else []


def room(run: Run, error: BaseException) -> Learned | None:
    """Rows of the embedding beyond the tokenizer's words: many checkpoints have some, for tokens that a script adds.
    Where they do not suffice, ids that the script writes down as numbers are others."""
    beyond = isinstance(error, IndexError) and re.search(
        r"out of range in self|Target \d+ is out of bounds", str(error)
    )
    if not beyond or "foreign ids" in run.spec.learned:
        return None
    return {"foreign ids": True} if "room" in run.spec.learned else {"room": SOME_ROWS}


def vocabulary(run: Run, error: BaseException) -> Learned | None:
    """An embedding of as many rows as a script has words for: `assert model.config.vocab_size >= len(WORDS)`. What
    fails where it has made up for having more of them (`if len(WORDS) > model.config.vocab_size: ...`) is no demand."""
    failed, held = statement(run, error), held_by(run, error)
    if failed is None or not (isinstance(failed, (ast.Assert, ast.Raise)) or exits(failed)):
        return None
    tests = [failed.test] if isinstance(failed, ast.Assert) else conditions(run, error)
    for node in [n for test in tests for n in ast.walk(test) if isinstance(n, ast.Compare)]:
        for side, other in ((node.left, node.comparators[0]), (node.comparators[0], node.left)):
            wanted = value_of(other, held)
            asked = isinstance(side, ast.Attribute) and side.attr == "vocab_size" and type(wanted) is int
            if asked and int(run.spec.learned.get("room", 0)) < wanted <= MANY_ROWS and run.met.tiny:
                return {"room": wanted}
    return None


def share(run: Run, error: BaseException) -> Learned | None:
    """A base that is large beside its adapter, where the script refuses to go on with more than a share of all weights
    trained: by many rows of the embedding."""
    at = statement(run, error)
    tests = [at.test] if isinstance(at, ast.Assert) else conditions(run, error) if at is not None else []
    small = run.met.tiny and int(run.spec.learned.get("room", 0)) < MANY_ROWS
    return {"room": MANY_ROWS} if small and any(map(_of_a_share, tests)) else None


def _of_a_share(test: ast.expr) -> bool:
    """Is what is trained held against a number? `trainable_percent > 5`, `trained / total < 0.1`."""
    for compared in (n for n in ast.walk(test) if isinstance(n, ast.Compare)):
        sides = [compared.left, *compared.comparators]
        numbers = [n for n in sides if isinstance(n, ast.Constant) and isinstance(n.value, (int, float)) and n.value]
        if numbers and any(TRAINED.search(ast.unparse(n)) for n in sides):
            return True
    return False
