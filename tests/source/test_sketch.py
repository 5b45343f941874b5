"""A sketch holds what a script does, and becomes LibCST's own tree when somebody asks how it is written."""

from __future__ import annotations

import sys
from pathlib import Path

import libcst as cst
import pytest

import lora_lint
from lora_lint.fixes.writing.tree import nodes_in
from lora_lint.flow.modules import holds_yield, names_in
from lora_lint.source.sketch.parsed import Parsed
from lora_lint.source.sketch.sketch import sketch_of
from lora_lint.source.spans import Spans
from lora_lint.source.syntax import parse

SHAPES = (
    "print(f(x=1, *rest, **more), g(a for a in b), (h))\n",
    "class Net(Base, *mixins, metaclass=Meta, **more): pass\n",
    "@once\n@twice(2)\nasync def f(a, /, b: int = 1, *c, d, e=2, **f) -> int:\n    '''What.'''\n    return await a\n",
    "run = lambda *, a, b=1: a\n",
    "x[(a), (b)], x[(a, b)], x[a,], x[()], x[1:2, ::3]\n",
    pytest.param("x[1:2, *rest]\n", marks=pytest.mark.skipif(sys.version_info < (3, 11), reason="syntax of 3.11")),
    "'a' \"b\", '''a''' '''b''', \"\" 'b', rb'a\\'', u\"\", ('a'\n   'b')\n",
    "f'', f'a', rf\"{a}\", f'{a}{b.c!r}d{e(f)[0]:.2f}', F'{a:}', f'{a!s:>8} {a}'\n",
    "f'{a}' 'b', f'{ a }', f'{(a)}', f'{a=}', f'{{a}}', f'{a:{b}}', f'\\{a}', f'{a,}', f'{\"b\"}', f'ä{b}'\n",
    "f'{a!r:>{width}}' 'more', f'''{\n  a.b}''', 1_000, 0x1F, 1e5, 2j, ..., None, True\n",
    "a or b or c and d and e, not a in b, a is not b, a < b <= c != d, -1 ** 2, a if b else c\n",
    "(a) and b and (c) and d, a or (b) or c, (a and b) or c or d, (a or # )\n b or c)\n",
    "{**a, b: c}, {*a, b}, [*a, b], (a,), {}, ()\n",
    "[a for b in c if d if e for f in g], {a: b for a in b}, {a for a in b}\n",
    "if a: b; c\nelif d:\n\te\nelse:\n\tif f: g\n",
    "if a:\n    pass\nelse:  # for now\n\n    # nothing\n    b ; c;\n",
    "for a, in b: continue\nelse: pass\nwhile (a := b): break\n",
    "with a as b, (c) as (d, e): pass\nwith (a, b): pass\nwith (\n    a as b,\n): pass\n",
    "try:\n    a\nexcept (A, B) as error:\n    raise C from error\nexcept D: raise\nelse: b\nfinally: c\n",
    "match a.b, c:\n    case 1 | -2.5: pass\n    case None if d:\n        e\n    case [f, *_] | (h, *i):\n        j\n",
    "match (a):\n    case {'b': c, **d}: e\n    case F(g, h=(1)) as i: j\n    case k, l: m; n;\n    case (_): o\n",
    "import a.b.c as d, e\nfrom ...f import (g, h as i,)\nfrom .. import *\nfrom . import j\n",
    "del a,\ndel a, b\ndel (a), b\ndel (a, b)\ndel (a)\nglobal c, d\nassert e, 'f'\n",
    "x: int\nx: int = 1\nx = y, = z\nx @= 1\nreturn *a, b\nyield\nx = yield from a\n",
    "größe = 'ä', größe; print('ü')\nﬁt(ℌ)\n",
)  # fmt: skip


@pytest.mark.parametrize("text", SHAPES)
def test_a_completed_sketch_is_the_tree_of_libcst(text: str) -> None:
    sketch = sketched(text)
    sketch.complete()
    assert sketch.tree.deep_equals(cst.parse_module(text))
    assert sketch.tree.code == text


def test_so_are_those_of_whole_files() -> None:
    for path in sorted(Path(lora_lint.__file__).parent.rglob("*.py"))[::12]:
        text = path.read_text(encoding="utf-8")
        sketch = sketched(text)
        sketch.complete()
        assert sketch.tree.deep_equals(cst.parse_module(text))


def test_who_holds_a_node_has_the_whole_of_it() -> None:
    sketch = sketched("a\nprint( f'{ b }' )  # so\n")
    line = sketch.tree.body[1]
    assert isinstance(line, cst.SimpleStatementLine)
    [call] = line.body
    assert isinstance(call, cst.Expr)
    assert isinstance(call.value, cst.Call)
    value = call.value.args[0].value
    assert sketch.code(line) == "print( f'{ b }' )  # so\n"
    assert sketch.tree.body[1] is line
    assert call.value.args[0].value is value
    assert line.trailing_whitespace.comment is not None


@pytest.mark.parametrize("text", SHAPES)
def test_places_are_those_of_libcst(text: str) -> None:
    sketch = sketched(text)
    mine, own = Spans(sketch), Spans(Parsed(text, sketch.tree))
    sketch.complete()
    told = [node for node in all_nodes(sketch.tree) if sketch.span(node) is not None]
    assert told
    assert [mine.of(node) for node in told] == [own.of(node) for node in told]


@pytest.mark.parametrize("text", SHAPES)
def test_a_node_is_written_as_libcst_writes_it(text: str) -> None:
    whole = sketched(text)
    whole.complete()
    for number, node in enumerate(told_in(whole)):
        sketch = sketched(text)  # in which nobody has asked for another one
        assert sketch.code(told_in(sketch)[number]) == whole.code(node)


def test_to_write_one_statement_the_others_need_not_be_known_to_libcst() -> None:
    sketch = sketched("class Late(x=1, *y):\n    pass\nif a:\n    f( (b) , c)\n")
    [call] = [node for node in nodes_in(sketch.tree) if isinstance(node, cst.Call)]
    assert sketch.code(call.args[0].value) == "(b)"
    assert sketch.code(call) == "f( (b) , c)"
    assert sketch.complete() is False


@pytest.mark.parametrize(
    ("text", "asked"), [("if (not (a) ):\n    b\n", "a"), ("if (\n    a > # so\n    1\n): b\n", "a > # so\n    1")]
)
def test_a_test_is_told_in_its_words(text: str, asked: str) -> None:
    for parsed in (sketched(text), Parsed(text, cst.parse_module(text))):
        branch = parsed.tree.body[0]
        assert isinstance(branch, cst.If)
        test = branch.test.expression if isinstance(branch.test, cst.UnaryOperation) else branch.test
        assert parsed.words(test) == asked


def test_the_first_parts_of_a_long_condition_are_told_without_libcst() -> None:
    sketch = sketched("if a and b and (c) and d:\n    pass\n")
    parts = [node for node in nodes_in(sketch.tree) if isinstance(node, cst.BooleanOperation)]
    at_hand = [sketch.words(node) for node in parts if sketch.span(node) is not None]
    assert sorted(at_hand) == ["a and b", "a and b and (c) and d"]  # of the third nobody knows whether `)` is its own
    assert isinstance(sketch.tree.body[0], cst.If)
    assert not hasattr(sketch.tree.body[0], "leading_lines")  # LibCST has read nothing


def test_a_sketch_is_searched_as_it_is() -> None:
    function = sketched("def f():\n    pass\n    for a in ...: break\n    yield b\n").tree.body[0]
    assert isinstance(function, cst.FunctionDef)
    assert names_in(function) == {"f", "a", "b"}
    assert holds_yield(function.body)


@pytest.mark.parametrize(
    "text", ["a = \\\n  1\n", "a = 1\r\n", "try: a\nexcept* B: pass\n", "def f[T](): pass\n", "\ufeffa = 1\n"]
)
def test_what_is_rare_is_read_by_libcst(text: str) -> None:
    assert sketch_of(text) is None
    assert parse(text).tree.deep_equals(cst.parse_module(text))


def test_what_only_python_reads_has_findings_and_the_fixes_of_plain_statements() -> None:
    text = (Path(__file__).parents[2] / "examples" / "finetune.py").read_text(encoding="utf-8")
    found = lora_lint.check_source(text)
    more = lora_lint.check_source(text + "class Late(x=1, *y): pass\n")
    assert any(finding.fix for finding in found)
    assert more == found


def sketched(text: str) -> Parsed:
    found = sketch_of(text)
    assert found is not None
    return found


def told_in(sketch: Parsed) -> list[cst.CSTNode]:
    return [node for node in nodes_in(sketch.tree) if sketch.span(node) is not None]


def all_nodes(node: cst.CSTNode) -> list[cst.CSTNode]:
    return [node, *(inner for child in node.children for inner in all_nodes(child))]
