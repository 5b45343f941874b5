"""Names of models: one that a base model had before an adapter was merged into it, one that is given away again."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.calls.library import LibCall
from lora_lint.flow.modules import Site
from lora_lint.flow.statements.imports import dotted
from lora_lint.lifecycle.records import Oid


def by_its_old_name(call: LibCall, oid: Oid, name: str) -> bool:
    """`PeftModel.from_pretrained(base, path)`, where `merged = model.merge_and_unload()` has changed `base` in place.

    Whoever hands on what a merge gave has the changed model in mind; so may one who calls a function with it.
    """
    written, merged_at = call.written(name), call.machine.world.life.base(oid).merged_at
    if not isinstance(written, cst.Name) or not isinstance(merged_at, Site):
        return False
    given_to = _assigned(merged_at.near)
    return bool(given_to) and written.value not in given_to and written.value not in _parameters(call)


def takes_the_place_of(call: LibCall, name: str) -> bool:
    """`model = call(model, ...)`: does the variable that an argument is read from get what the call gives?"""
    statement = call.machine.statement
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else statement
    if not isinstance(small, cst.Assign) or small.value is not call.node:
        return False
    written = dotted(call.written(name))
    return bool(written) and any(dotted(target.target) == written for target in small.targets)


def _assigned(statement: cst.CSTNode | None) -> list[str]:
    """The variables that an assignment gives its value."""
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return []
    [small] = statement.body
    if not isinstance(small, cst.Assign):
        return []
    return [target.target.value for target in small.targets if isinstance(target.target, cst.Name)]


def _parameters(call: LibCall) -> set[str]:
    """What the function at hand is called with."""
    stack = call.machine.stack
    function = stack[-1].function if stack else None
    if not isinstance(function, cst.FunctionDef):
        return set()
    given = (*function.params.params, *function.params.posonly_params, *function.params.kwonly_params)
    return {param.name.value for param in given}
