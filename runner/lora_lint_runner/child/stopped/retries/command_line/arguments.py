"""Arguments that nobody gave and that turn out to be needed, or to need another value."""

from __future__ import annotations

import ast
import dataclasses
import re
import sys
import traceback
from collections.abc import Sequence
from types import ModuleType

from ....context import Run
from ....observe import saves
from ....reading.command_lines import TRAINED, command_lines
from ....spec import PASSED_OVER
from ....stand_in.ids import ADAPTER_ID, DATA_ID, MODEL_ID
from ....steering.leading import Leads
from ..files import missing_files
from ..learning import Learned, frames, more, names_in, own_frames, statement, statements

NOT_BY_ARGUMENTS = (ImportError, SyntaxError, NameError, MemoryError, EOFError)
LIKELY = re.compile(
    r"^(base_)?model(_name|_path|_id|_name_or_path)?$|^(train_?)?(data|dataset)(_?(name|path|file|dir|id))?$|"
    r"^train_file(_dir)?$|^output(_dir|_path)?$",
    re.I,
)
OPTIONAL = re.compile(
    r"cache|revision|resume|token$|config_name|tokenizer_name|eval|valid|test|log|deepspeed|fsdp|hub", re.I
)
OUTPUT = re.compile(
    r"^(output|out|save|export)(_?(dir|path|folder|to|model_path))?$|^model_(dir|out)$|output_dir$", re.I
)
LISTED = re.compile(r"(?:one of|[Cc]hoose from|[Aa]vailable|[Ss]upported|valid)[^\[({]{0,40}[\[({](.*?)[\])}]")
DEMANDED = re.compile(r"\b(\w+)\W{0,2} (?:must|should|has to|needs to) (?:also )?be (?:set to )?(?:True|enabled)")
PLACES = ("path", "file", "dir", "folder")  # words for where something is
SHORT = 4  # words of this length are of any sentence
PEFT_FLAG = re.compile(r"^(use_|with_|enable_)?(peft|q?lora)(_(peft|q?lora|training|enabled?))*$")
TRAIN_FLAG = re.compile(r"^(do_|run_)?train(ing)?$")


def _unset(run: Run, pattern: re.Pattern[str]) -> list[str]:
    """Switches of the script's command line that are off."""
    tried = run.spec.learned.get("arguments", ())
    options = run.filler.options if run.filler is not None else {}
    return [n for n, v in options.items() if v is False and pattern.match(n) and n not in tried]


def registered(run: Run, error: BaseException) -> Learned | None:
    """Another value of an argument that nobody gave: a key of the table that the script looks it up in."""
    filler = run.filler
    if filler is None or not isinstance(error, KeyError) or not error.args or "values" in run.spec.learned:
        return None
    last = traceback.extract_tb(error.__traceback__)[-1]
    held = names_in(frames(error)[-1])
    asked = (error.args[0], f"lora-lint/{error.args[0]}")  # the whole of it, or the last part
    names = [n for n, value in filler.options.items() if value in asked and n in filler.given]
    words = re.findall(r"\w+", last.line or "")
    homes = [held, *(vars(held[w]) for w in words if isinstance(held.get(w), ModuleType))]
    tables = [home[w] for w in words for home in homes if isinstance(home.get(w), dict)]
    keys = [k for table in tables for k in table if isinstance(k, str)]
    return {"values": dict.fromkeys(names, keys[0])} if names and keys and run.code.owns(last.filename) else None


def needed(run: Run, error: BaseException) -> Learned | None:
    """Arguments without a value that turn out to be needed: named in the error, or read in the line that failed."""
    filler = run.filler
    if filler is None or isinstance(error, NOT_BY_ARGUMENTS):
        return None
    if run.met.trained:  # with all that it needs, but for a place to save to
        return _place(run, error)
    tried = run.spec.learned.get("arguments", ())
    if re.search(r"only one of|not both|mutually exclusive|cannot (?:both )?be (?:both|used together)", str(error)):
        rivals = [n for n in tried if _named(n, str(error))]
        return {"not": sorted({*run.spec.learned.get("not", ()), *rivals[1:]})} if len(rivals) > 1 else None
    empty = [n for n, value in filler.options.items() if value in (None, "") and n not in tried]
    unset = "NoneType" in str(error)
    line = _words_of(statements(run, error) if unset else [statement(run, error)])
    blamed = [
        n
        for n in empty
        if (n in line and not OPTIONAL.search(n) and (filler.knows(n) or unset))
        or _named(n, str(error))
    ]  # fmt: skip
    others = re.findall(r"` or `(\w+)`", str(error))  # either would do
    blamed = [n for n in blamed if not n.endswith(tuple(others))] if len(blamed) > 1 else blamed
    blamed = blamed or [n for n in empty if unset and (n in line or n in _missing(error))]
    asked = [*re.findall(r"--([\w-]+)", str(error)), *(n.replace("_", "-") for n in DEMANDED.findall(str(error)))]
    blamed += [n for n, v in filler.options.items() if v is False and n.replace("_", "-") in asked and n not in tried]
    if blamed:
        return more(run, "arguments", blamed)
    likely = [n for n in empty if LIKELY.search(n)]
    if likely and not run.spec.learned.get("all arguments"):
        return {**more(run, "arguments", likely), "all arguments": True}
    guessed = unset and PASSED_OVER not in run.spec.learned  # else it may be for want of what was passed over
    rest = [n for n in empty if guessed and not OPTIONAL.search(n) and n not in _of_libraries()]
    return more(run, "arguments", rest) if rest else None


def _place(run: Run, error: BaseException) -> Learned | None:
    """Where to save to, for a save that failed without it."""
    asked = [name for name in _places(run) if name in _words_of([statement(run, error)])]
    return more(run, "arguments", asked) if asked else None


def _places(run: Run) -> list[str]:
    """The arguments for a place to save to that have no value."""
    options, tried = run.filler.options if run.filler is not None else {}, run.spec.learned.get("arguments", ())
    return [n for n, value in options.items() if value in (None, "") and OUTPUT.search(n) and n not in tried]


def _of_libraries() -> set[str]:
    """The arguments of trainers, which know what to do without them: all that a script may set, and hardly ever has
    to."""
    home = sys.modules.get("transformers.training_args")
    classes = [home.TrainingArguments] if home is not None else []
    for cls in classes:  # which grows
        classes += [kin for kin in cls.__subclasses__() if kin.__module__.startswith(("transformers.", "trl."))]
    return {field.name for cls in classes for field in dataclasses.fields(cls)}


def _missing(error: BaseException) -> set[str]:
    """What has no value where an exception went through: a library calls it by the name of the argument."""
    return {name for frame in frames(error) for name, value in frame.f_locals.items() if value is None}


def _named(name: str, text: str) -> bool:
    """Does a text speak of an argument, by its name or by all of its words? `lora_target_modules` is what PEFT calls
    `target_modules`, and `eval_data_path` leads to an `eval_dataset`."""
    name = re.sub(r"^(lora|peft)_(?=\w+_)", "", name)
    words = [w for w in re.split(r"[_-]", name.lower()) if len(w) > 1]
    things = [w for w in words if w not in PLACES]
    return name in text or _all_in(words, text) or (len(things) > 1 and _all_in(things, text.replace("_", " ")))


def _all_in(words: Sequence[str], text: str) -> bool:
    """Do all of some words begin one of a text?"""
    return bool(words) and all(re.search(rf"\b{re.escape(word)}", text.lower()) for word in words)


def _words_of(lines: Sequence[ast.stmt | None]) -> set[str]:
    """The names in statements of the script's that failed; a value may have come from further out."""
    nodes = [n for line in lines if line is not None for n in ast.walk(line)]
    return {n.attr for n in nodes if isinstance(n, ast.Attribute)} | {n.id for n in nodes if isinstance(n, ast.Name)}


def switches(run: Run) -> Learned | None:
    """The switches that bring training and PEFT into play, after a run that came to its end without them."""
    if run.spec.argv is not None:
        return None
    flags = []
    if not {"wrapped", "added", "loaded"} & run.journal.kinds:
        flags += _unset(run, PEFT_FLAG)
    if not run.events.steps:
        flags += _unset(run, TRAIN_FLAG)
    return more(run, "arguments", flags) if flags else None


def passed_by(run: Run) -> Learned | None:
    """What the ways to a save ask for besides, after a run that took none of them: `if args.train and args.file:`, or
    `if args.save_model:` once it has trained; of one that trained nothing what stands against it as well, `if not
    args.evaluate_only:`."""
    saved = not run.journal.kinds.isdisjoint(saves.KINDS)
    if run.filler is None or run.spec.argv is not None or (run.events.steps and saved):
        return None
    with open(run.spec.script, "rb") as file:
        tree = ast.parse(file.read())
    branches = [n for n in ast.walk(tree) if isinstance(n, ast.If)]
    leads = Leads(tree, run.spec.script, run.loops.sites)
    tests = [n.test for n in branches if any(map(leads.sites, n.body))]
    tried = run.spec.learned.get("arguments", ())
    empty = {n for n, value in run.filler.options.items() if value in (None, "", False) and n not in tried}
    parts = [p for test in tests for p in (test.values if isinstance(test, ast.BoolOp) else [test])]
    asked = sorted(empty & set(map(_option, parts)))
    on = {n for n, value in run.filler.options.items() if value is True and not run.filler.wants(n)}
    against = {_option(p.operand) for p in parts if isinstance(p, ast.UnaryOp) and isinstance(p.op, ast.Not)} & on
    if against and not run.events.steps and not against <= set(run.spec.learned.get("off", ())):
        return more(run, "off", sorted(against))
    return more(run, "arguments", asked) if asked else None


def _option(node: ast.expr) -> str:
    """The option that an expression asks for: `args.train`."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def outputs(run: Run) -> Learned | None:
    """Where to save to, after a run that trained and had no place for it."""
    if run.filler is None or run.spec.argv is not None or not run.events.steps or "saved" in run.journal.kinds:
        return None
    places = [n for n in _places(run) if not OPTIONAL.search(n)]
    return more(run, "arguments", places) if places else None


def off(run: Run, error: BaseException) -> Learned | None:
    """The switches that bring training and PEFT into play, for a script that stops without them: what it is run for is
    its adapter."""
    if run.spec.argv is not None or not run.filler or isinstance(error, (ImportError, SyntaxError, MemoryError)):
        return None
    adapted = {"wrapped", "added", "loaded"} & run.journal.kinds
    flags = [] if adapted or isinstance(error, NOT_BY_ARGUMENTS) else _unset(run, PEFT_FLAG)
    flags += [] if run.met.trained else _unset(run, TRAIN_FLAG)
    return more(run, "arguments", flags) if flags else None


def other_command(run: Run, error: BaseException | None = None) -> Learned | None:
    """Another one of the project's command lines for this script, or none of them, where the one that was tried leads
    nowhere."""
    place = int(run.spec.learned.get("command", 0))
    if not run.met.told:
        return None
    if error is not None and (run.met.trained or _unasked(run, error) or _trains_alone(run, place)):
        return None
    return {"command": place + 1}


def _trains_alone(run: Run, place: int) -> bool:
    """Does a command line begin with a word for training (`train --pairs a`), and the next one with another?"""
    these = [line.words[0] for line in command_lines(run.spec.script, run.spec.work)[place : place + 2]]
    named = [TRAINED.search(word) is not None for word in these if not word.startswith("-")]
    return named == [True, False]


def _unasked(run: Run, error: BaseException) -> bool:
    """Has it stopped as it imports a module of its own, before it has asked for its arguments? Then it is not over
    these."""
    met = frames(error)
    above = met[0] if met else None  # where a handler asks, what is around it is still at work
    while above is not None and above.f_back is not None:
        above = above.f_back
        met.insert(0, above)
    own = [f.f_code for f in met if run.code.owns(f.f_code.co_filename)]
    imports = any(code.co_name == "<module>" for code in own[1:])
    return imports and not (run.filler and run.filler.options) and not any("argv" in code.co_names for code in own)


def refused(run: Run, error: BaseException) -> Learned | None:
    """The same, at once, where the script does not accept the one that was tried."""
    return other_command(run) if isinstance(error, SystemExit) and error.code == 2 else None


def idle(run: Run) -> Learned | None:
    """The same, after a run that came to its end without training an adapter."""
    adapted = {"wrapped", "added", "loaded"} & run.journal.kinds
    return other_command(run) if not adapted or not run.events.steps else None


def data_files(run: Run, error: BaseException) -> Learned | None:
    """Files in the place of ids of data sets, or of what tells nothing, for a script that opens what it was given."""
    path, filler = missing_files.missing_path(error), run.filler
    made = [n for n in filler.given if _flat(filler.options.get(n)) == path] if filler and path else []
    if path in (MODEL_ID, ADAPTER_ID) and isinstance(statement(run, error), (ast.Raise, ast.Assert)):
        made = []  # it is only asked whether the model is there
    if made and not set(made) <= set(run.spec.learned.get("file arguments", ())):
        return more(run, "file arguments", made)
    asks = isinstance(error, (OSError, ValueError, SystemExit)) and DATA_ID in str(error)
    return {"data files": True} if asks and "data files" not in run.spec.learned else None


def listed(run: Run, error: BaseException) -> Learned | None:
    """Another value of an argument that nobody gave: the first of those that the script says it knows."""
    filler, known = run.filler, run.spec.learned.get("values", {})
    said = LISTED.search(str(error))
    if filler is None or said is None or not isinstance(error, (ValueError, KeyError, AssertionError, SystemExit)):
        return None
    first = re.search(r"['\"]?([\w./-]+)['\"]?", said.group(1))
    spoken = _quoted(str(error)) | {w.strip("'\".,:;()") for w in str(error).split() if len(w) > SHORT}
    wrong = [n for n in filler.given if n not in known and _flat(filler.options.get(n)) in spoken]
    return {"values": {**known, **dict.fromkeys(wrong, first.group(1))}} if wrong and first else None


def compared(run: Run, error: BaseException) -> Learned | None:
    """Another value of an argument, where what it brought into play left a variable without a value: the first that
    the script compares it with before it gives the variable one."""
    name = getattr(error, "name", None) or next(iter(_quoted(str(error))), None)
    own = own_frames(run, error)
    if not isinstance(error, NameError) or run.filler is None or run.spec.argv is not None or not own:
        return None
    known = run.spec.learned.get("values", {})
    with open(own[-1].f_code.co_filename, "rb") as file:
        tests = [n for n in ast.walk(ast.parse(file.read())) if isinstance(n, ast.If) and _gives(n, name)]
    for test in (n.test for n in tests if isinstance(n.test, ast.Compare) and isinstance(n.test.ops[0], ast.Eq)):
        option = test.left.attr if isinstance(test.left, ast.Attribute) else getattr(test.left, "id", "")
        value = test.comparators[0].value if isinstance(test.comparators[0], ast.Constant) else None
        if isinstance(value, str) and option in run.filler.options and option not in known:
            return {**more(run, "arguments", [option]), "values": {**known, option: value}}
    return None


def _gives(branch: ast.If, name: str | None) -> bool:
    targets = [t for n in branch.body if isinstance(n, ast.Assign) for t in n.targets]
    return any(isinstance(t, ast.Name) and t.id == name for t in targets)


def _flat(value: object) -> str:
    return str(value[0] if isinstance(value, list) and value else value)


def _quoted(text: str) -> set[str]:
    return set(re.findall(r"['\"]([^'\"]+)['\"]", text))
