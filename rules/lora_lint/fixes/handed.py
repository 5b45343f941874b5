"""Fixes where a function hands on what it was given: the call of that function is changed, not its body."""

from __future__ import annotations

import libcst as cst

from lora_lint.finding import Fix
from lora_lint.fixes.arguments import set_keyword
from lora_lint.fixes.writing.editor import Editor
from lora_lint.flow.modules import Site
from lora_lint.lifecycle.trace import AnyEvent


def set_in_call(editor: Editor, event: AnyEvent, keyword: str, value: str, message: str, *, safe: bool) -> Fix | None:
    """Where the value of a keyword of the event's call is a parameter of the function around it, the call of this
    function gives it the value. `message` is formatted with the parameter's name. None where it is something else, or
    where it is not given by name.
    """
    name = _name_given(event, keyword)
    function, caller = (event.path[-1].function, event.path[-1].site) if event.path else (None, None)
    if name is None or not isinstance(function, cst.FunctionDef) or not isinstance(caller, Site):
        return None
    call, at = caller.node, _place_of(function, name)
    if not isinstance(call, cst.Call) or at is None or any(arg.star for arg in call.args):
        return None
    if sum(arg.keyword is None for arg in call.args) > at:
        return None  # it is given by its place
    return set_keyword(editor, caller, name, value, message.format(name), safe=safe)


def _name_given(event: AnyEvent, keyword: str) -> str | None:
    """The variable that is the value of a keyword of the event's call."""
    call = event.site.node if isinstance(event.site, Site) else None
    for arg in call.args if isinstance(call, cst.Call) else ():
        if arg.keyword is not None and arg.keyword.value == keyword and isinstance(arg.value, cst.Name):
            return arg.value.value
    return None


def _place_of(function: cst.FunctionDef, name: str) -> int | None:
    """How many arguments without a name a call can give before this parameter is one of them; None if it is none."""
    params = function.params
    if any(param.name.value == name for param in params.kwonly_params):
        return len(params.params) + len(params.posonly_params)
    names = [param.name.value for param in (*params.posonly_params, *params.params)]
    if name not in names[len(params.posonly_params) :]:
        return None
    bound = names[0] in ("self", "cls")
    return names.index(name) - bound
