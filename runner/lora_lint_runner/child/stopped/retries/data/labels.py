"""Rows of which nothing is left to learn from: cut off before the answer, as tokens of bytes are many."""

from __future__ import annotations

import ast
import gc
import sys
from types import CodeType

from ....context import Run
from ....reading.looked_for_tokens import looked_for_tokens
from ....reading.sources import trees
from ....stand_in.made_up.files import binaries, documents, forms
from ....stand_in.made_up.suffixes import suffix_of
from ..learning import Learned, conditions, held_by, own_frames, statement, used, value_of
from .rows import left_none

MOST = 8
TOKENIZING = {"encode", "convert_tokens_to_ids", "tokenize", "input_ids"}


def masked(run: Run, error: BaseException | None = None) -> Learned | None:
    """Tokens of whole words, where no batch had a label; or else lines that begin as the script wants them to, texts
    that hold the tokens which it looks for."""
    if not run.met.losses or run.met.masked != run.met.losses:
        return None
    if "word tokens" not in run.spec.learned:
        return {"word tokens": True}
    begin = _beginnings(run) if run.made_up and "beginnings" not in run.spec.learned else []
    if begin:
        return {"beginnings": begin}
    known = run.spec.learned.get("marks", [])
    texts = looked_for_tokens(trees(run.spec.script, run.spec.work)) if run.made_up else []
    new = [text for text in texts if text not in known]
    return {"marks": [*known, *new]} if new else None


def told_apart(run: Run, error: BaseException) -> Learned | None:
    """The same, where a script ends itself over the tokens of its own words: two answers begin alike, or are more than
    one token; or it takes one out of several, `[yes] = tokenizer.encode(" yes")`."""
    own = [f.f_code for f in own_frames(run, error)]
    failed = statement(run, error)
    if not own or "word tokens" in run.spec.learned or TOKENIZING.isdisjoint(_words_of(own[-1])):
        return None
    if isinstance(failed, ast.Assign):
        alone = isinstance(error, ValueError) and "too many values to unpack" in str(error)
        return {"word tokens": True} if alone and _asks_for_tokens(failed.value) else None
    tests = [failed.test] if isinstance(failed, ast.Assert) else conditions(run, error)
    ends = isinstance(failed, (ast.Raise, ast.Assert, ast.Expr)) and not isinstance(error, (OSError, ImportError))
    held, test = held_by(run, error), ast.Tuple(tests[-1:], ast.Load())
    values = [value_of(n, held) for n in ast.walk(test) if isinstance(n, (ast.Name, ast.Attribute))]
    numbers = not TOKENIZING.isdisjoint(used(own[-1]))  # of a script as a whole, not each is one of a token
    ids = any(_are_ids(value) or (numbers and type(value) is int) for value in values)
    return {"word tokens": True} if ends and (_asks_for_tokens(test) or ids) else None


def _words_of(code: CodeType) -> set[str]:
    """All names in a function, and all keys."""
    inner = [const for const in code.co_consts if isinstance(const, CodeType)]
    return {*used(code), *(c for c in code.co_consts if isinstance(c, str)), *(w for c in inner for w in _words_of(c))}


def _asks_for_tokens(node: ast.AST) -> bool:
    asked = {getattr(n, "attr", getattr(n, "value", None)) for n in ast.walk(node)}
    return any(isinstance(word, str) and word in TOKENIZING for word in asked)


def _are_ids(value: object) -> bool:
    several = list(value.values()) if isinstance(value, dict) else value
    return isinstance(several, (list, tuple)) and bool(several) and all(type(v) is int for v in several)


def _beginnings(run: Run) -> list[str]:
    """What lines have to begin with for the script to keep them: `if line.startswith("User: ")`."""
    calls = [n for tree in trees(run.spec.script, run.spec.work) for n in ast.walk(tree) if isinstance(n, ast.Call)]
    given = [c.args[0] for c in calls if getattr(c.func, "attr", "") == "startswith" and c.args]
    texts = [part.value for node in given for part in ast.walk(node) if isinstance(part, ast.Constant)]
    return list(dict.fromkeys(t for t in texts if isinstance(t, str) and any(map(str.isalpha, t))))[:MOST]


def left_out(run: Run, error: BaseException) -> Learned | None:
    """The same, where tests of the tokens have left none of the rows, however these differ; then files of text of few
    lines, which a script may take as a whole."""
    if "varied" not in run.spec.learned or not run.made_up or not left_none(run, error):
        return None
    if "word tokens" not in run.spec.learned and _tokenizes():
        return {"word tokens": True}
    files = [name for name in run.spec.learned.get("files", ()) if forms.is_text(suffix_of(name))]
    of_text = any(not documents.is_made(name) and not binaries.is_made(run, name) for name in files)
    return {"short texts": True} if of_text and "short texts" not in run.spec.learned else None


def _tokenizes() -> bool:
    """Has the script made a tokenizer by now?"""
    home = sys.modules.get("transformers.tokenization_utils_base")
    return home is not None and any(isinstance(held, home.PreTrainedTokenizerBase) for held in gc.get_objects())
