"""Guards: a check of the type before what only one type can do."""

from __future__ import annotations

from typing import NamedTuple

import libcst as cst

from lora_lint.finding import Edit, Fix
from lora_lint.fixes.writing.conditional import for_types_only, is_tried
from lora_lint.fixes.writing.editor import Editor
from lora_lint.fixes.writing.tree import calls_in, only_in
from lora_lint.flow.modules import Module, Site
from lora_lint.flow.view import View
from lora_lint.lifecycle.events.script import Accessed, Checked
from lora_lint.lifecycle.records import Wrapper
from lora_lint.lifecycle.trace import Event

# operations whose result, on a plain model, is the model as it is
KEEPS_MODEL = frozenset({"merge_and_unload", "unload", "get_base_model"})


def guard_operation(editor: Editor, event: Event[Accessed]) -> Fix | None:
    """`if isinstance(model, PeftModel):` around a statement, or a conditional expression where its value is used."""
    if not isinstance(event.site, Site) or event.oid is None:
        return None
    module, node = event.site.module, event.site.node
    if not isinstance(node, (cst.Attribute, cst.Call)):
        return None
    subject = node.value if isinstance(node, cst.Attribute) else None
    model = event.life.models[event.oid]
    if subject is None or not isinstance(subject, (cst.Name, cst.Attribute, cst.Subscript)):
        return None
    name = module.code(subject)
    if isinstance(model, Wrapper):
        return editor.fix(
            f"reach through the wrapper: {name}.module", [editor.replace(module, subject, f"{name}.module")], safe=True
        )
    line, statement = event.statement, only_in(event.statement)
    if statement is None:
        return None
    peft_model = _peft_model(editor, event)
    call = _call_in(statement, node)
    test = f"isinstance({name}, {peft_model.name})"
    edits, safe = list(peft_model.imports), peft_model.sure
    if isinstance(statement, cst.Expr) or (isinstance(statement, cst.Assign) and _rebinds(module, statement, name)):
        edits.append(editor.wrap(module, line, f"if {test}:"))
        return editor.fix(f"only where {test}", edits, safe=safe)
    if call is not None and event.facts.name in KEEPS_MODEL:
        code = module.code(call)
        plain = isinstance(statement, (cst.Assign, cst.Return)) and statement.value is call
        text = f"{code} if {test} else {name}"
        edits.append(editor.replace(module, call, text if plain else f"({text})"))
        return editor.fix(f"{event.facts.name}() only where {test}", edits, safe=safe)
    unit = module.tree.default_indent
    error = f'TypeError(f"{event.facts.name} needs a PeftModel, not {{type({name}).__name__}}")'
    raising = f"if not {test}:\n{unit}raise {error}"
    edits.append(editor.insert_before(module, line, raising))
    return editor.fix("raise a clear error for other models", edits, safe=safe)


def _rebinds(module: Module, statement: cst.Assign, name: str) -> bool:
    """`model = model.merge_and_unload()`: nothing is missing where it is left out."""
    return all(module.code(target.target) == name for target in statement.targets)


def _call_in(statement: cst.CSTNode, attribute: cst.CSTNode) -> cst.Call | None:
    """The call of an attribute, somewhere in a statement."""
    return next((call for call in calls_in(statement) if call.func is attribute), None)


class Spelled(NamedTuple):
    """How PeftModel is written in a module, with the import where it is needed. `sure` is false where the script has a
    way for a machine without peft, on which the import would stop it."""

    name: str
    imports: list[Edit | None]
    sure: bool = True


def _peft_model(editor: Editor, event: Event[Accessed | Checked]) -> Spelled:
    assert isinstance(event.site, Site)
    module = event.site.module
    view: View | None = event.facts.view
    if view is not None:
        unreal = for_types_only(module.tree)
        for name, value in view.names(view.levels[-1]):
            if name not in unreal and getattr(value, "name", "") == "peft.PeftModel":
                return Spelled(name, [])
            if name not in unreal and getattr(value, "name", "") == "peft":
                return Spelled(f"{name}.PeftModel", [])
    imports = editor.add_import(module, "peft", "PeftModel")
    return Spelled("PeftModel", imports, sure=not is_tried(module.tree, "peft"))


def mend_guard(editor: Editor, event: Event[Checked]) -> Fix | None:
    """`isinstance(model, PreTrainedModel)` learns of PeftModel; a test of a wrapper looks inside; what transformers has
    put into a plain model shows in its `peft_config` alone."""
    if not isinstance(event.site, Site) or not isinstance(event.site.node, cst.Call) or event.oid is None:
        return None
    module, call = event.site.module, event.site.node
    if len(call.args) != 2:
        return None
    subject, classes = call.args[0].value, call.args[1].value
    model = event.life.models[event.oid]
    if isinstance(model, Wrapper):
        inner = "_orig_mod" if model.kind == "compiled" else "module"
        name = module.code(subject)
        line = event.statement
        if line is None or not isinstance(subject, cst.Name):
            return None
        edit = editor.insert_before(module, line, f'{name} = getattr({name}, "{inner}", {name})')
        return editor.fix(f"look inside the wrapper: {name}.{inner}", [edit], safe=True)
    if event.life.peft(event.oid) is None:
        edit = editor.replace(module, call, f'hasattr({module.code(subject)}, "peft_config")')
        return editor.fix("ask for peft_config, which models with an adapter have", [edit], safe=True)
    peft_model = _peft_model(editor, event)
    code = module.code(classes)
    inside = code.strip()[1:-1].rstrip(", ") if isinstance(classes, cst.Tuple) else code
    edits = [*peft_model.imports, editor.replace(module, classes, f"({inside}, {peft_model.name})")]
    return editor.fix(f"test for {peft_model.name} as well", edits, safe=peft_model.sure)
