"""LibCST's nodes with the fields that say what a script does; the others are not there before `complete`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import libcst as cst

N = TypeVar("N", bound=cst.CSTNode)

MEANING: dict[type[cst.CSTNode], tuple[str, ...]] = {}  # by kind: the fields that are made here


def parts_of(node: cst.CSTNode) -> list[Any]:
    """What a node is made of, without whitespace and the like: nodes, lists of them, texts."""
    kind = type(node)
    fields = MEANING.get(kind)
    if fields is None:
        fields = tuple(field for field in kind.__slots__ if not field.startswith("whitespace"))
    return [getattr(node, field) for field in fields]


def _made(kind: type[N], fields: str = "") -> Callable[..., N]:
    """Makes a node of a kind from these fields, in this order."""
    names = MEANING[kind] = tuple(fields.split())
    return _maker(len(names))(object.__new__, kind, *(getattr(kind, name).__set__ for name in names))  # type: ignore[no-any-return]


@cache
def _maker(number: int) -> Callable[..., Any]:
    """What gives the function that makes nodes of a kind from so many fields. Compiled once for all such kinds: to do
    so for each takes longer than to read a script."""
    fields, puts = ([f"{word}_{n}" for n in range(number)] for word in ("field", "put"))
    lines = [f"        {put}(node, {field})" for field, put in zip(fields, puts)]
    source = [
        f"def maker({', '.join(['new', 'kind', *puts])}):",
        f"    def make({', '.join(fields)}):",
        "        node = new(kind)",
        *lines,
        "        return node",
        "    return make",
    ]
    known: dict[str, Any] = {}
    exec("\n".join(source), known)
    return known["maker"]  # type: ignore[no-any-return]


# -- expressions -------------------------------------------------------------------------------------------------------

name = _made(cst.Name, "value")
integer = _made(cst.Integer, "value")
floating = _made(cst.Float, "value")
imaginary = _made(cst.Imaginary, "value")
ellipsis = _made(cst.Ellipsis)
simple_string = _made(cst.SimpleString, "value")
concatenated_string = _made(cst.ConcatenatedString, "left right")  # made by LibCST itself; its fields count
formatted_string = _made(cst.FormattedString, "parts start end")
formatted_text = _made(cst.FormattedStringText, "value")
formatted_expression = _made(cst.FormattedStringExpression, "expression conversion format_spec")
attribute = _made(cst.Attribute, "value attr")
call = _made(cst.Call, "func args")
arg = _made(cst.Arg, "value keyword star")
subscript = _made(cst.Subscript, "value slice")
subscript_element = _made(cst.SubscriptElement, "slice")
index = _made(cst.Index, "value star")
slice_ = _made(cst.Slice, "lower upper step")
binary = _made(cst.BinaryOperation, "left operator right")
boolean = _made(cst.BooleanOperation, "left operator right")
unary = _made(cst.UnaryOperation, "operator expression")
comparison = _made(cst.Comparison, "left comparisons")
comparison_target = _made(cst.ComparisonTarget, "operator comparator")
if_exp = _made(cst.IfExp, "test body orelse")
tuple_ = _made(cst.Tuple, "elements")
list_ = _made(cst.List, "elements")
set_ = _made(cst.Set, "elements")
dict_ = _made(cst.Dict, "elements")
element = _made(cst.Element, "value")
starred_element = _made(cst.StarredElement, "value")
dict_element = _made(cst.DictElement, "key value")
starred_dict_element = _made(cst.StarredDictElement, "value")
list_comp = _made(cst.ListComp, "elt for_in")
set_comp = _made(cst.SetComp, "elt for_in")
generator_exp = _made(cst.GeneratorExp, "elt for_in")
dict_comp = _made(cst.DictComp, "key value for_in")
comp_for = _made(cst.CompFor, "target iter ifs inner_for_in asynchronous")
comp_if = _made(cst.CompIf, "test")
lambda_ = _made(cst.Lambda, "params body")
await_ = _made(cst.Await, "expression")
yield_ = _made(cst.Yield, "value")
from_ = _made(cst.From, "item")
named_expr = _made(cst.NamedExpr, "target value")

# -- statements --------------------------------------------------------------------------------------------------------

module = _made(cst.Module, "body default_indent default_newline")
line = _made(cst.SimpleStatementLine, "body")
suite = _made(cst.SimpleStatementSuite, "body")
block = _made(cst.IndentedBlock, "body")
expr = _made(cst.Expr, "value")
assign = _made(cst.Assign, "targets value")
assign_target = _made(cst.AssignTarget, "target")
aug_assign = _made(cst.AugAssign, "target operator value")
ann_assign = _made(cst.AnnAssign, "target annotation value")
annotation = _made(cst.Annotation, "annotation")
return_ = _made(cst.Return, "value")
pass_ = _made(cst.Pass)
break_ = _made(cst.Break)
continue_ = _made(cst.Continue)
import_ = _made(cst.Import, "names")
import_from = _made(cst.ImportFrom, "module names relative")
import_alias = _made(cst.ImportAlias, "name asname")
dot = _made(cst.Dot)
import_star = _made(cst.ImportStar)
as_name = _made(cst.AsName, "name")
del_ = _made(cst.Del, "target")
assertion = _made(cst.Assert, "test msg")
raise_ = _made(cst.Raise, "exc cause")
global_ = _made(cst.Global, "names")
nonlocal_ = _made(cst.Nonlocal, "names")
name_item = _made(cst.NameItem, "name")
if_ = _made(cst.If, "test body orelse")
else_ = _made(cst.Else, "body")
for_ = _made(cst.For, "target iter body orelse asynchronous")
while_ = _made(cst.While, "test body orelse")
with_ = _made(cst.With, "items body asynchronous")
with_item = _made(cst.WithItem, "item asname")
try_ = _made(cst.Try, "body handlers orelse finalbody")
except_handler = _made(cst.ExceptHandler, "body type name")
finally_ = _made(cst.Finally, "body")
match_ = _made(cst.Match, "subject cases")
match_case = _made(cst.MatchCase, "pattern guard body")
match_value = _made(cst.MatchValue, "value")
match_singleton = _made(cst.MatchSingleton, "value")
match_list = _made(cst.MatchList, "patterns")
match_tuple = _made(cst.MatchTuple, "patterns")
match_sequence_element = _made(cst.MatchSequenceElement, "value")
match_star = _made(cst.MatchStar, "name")
match_mapping = _made(cst.MatchMapping, "elements rest")
match_mapping_element = _made(cst.MatchMappingElement, "key pattern")
match_class = _made(cst.MatchClass, "cls patterns kwds")
match_keyword_element = _made(cst.MatchKeywordElement, "key pattern")
match_as = _made(cst.MatchAs, "pattern name")
match_or = _made(cst.MatchOr, "patterns")
match_or_element = _made(cst.MatchOrElement, "pattern")
function_def = _made(cst.FunctionDef, "name params body decorators returns asynchronous type_parameters")
class_def = _made(cst.ClassDef, "name body bases keywords decorators type_parameters")
decorator = _made(cst.Decorator, "decorator")
parameters = _made(cst.Parameters, "params star_arg kwonly_params star_kwarg posonly_params posonly_ind")
param = _made(cst.Param, "name annotation default")
