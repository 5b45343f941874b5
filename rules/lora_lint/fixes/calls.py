"""Fixes of a method call: another name, another object."""

from __future__ import annotations

import libcst as cst

from lora_lint.finding import Fix
from lora_lint.fixes.writing.editor import Editor
from lora_lint.fixes.writing.tree import calls_in, only_in
from lora_lint.flow.modules import Site
from lora_lint.flow.view import View
from lora_lint.lifecycle.events.models import Added
from lora_lint.lifecycle.events.script import Accessed
from lora_lint.lifecycle.records import Oid
from lora_lint.lifecycle.trace import AnyEvent, Event


def rename_method(editor: Editor, event: AnyEvent, name: str, most: int) -> Fix | None:
    """Another name for a method, where its arguments fit: the name of the default adapter may stand behind them."""
    site = event.site
    if not isinstance(site, Site) or not isinstance(site.node, cst.Attribute) or event.statement is None:
        return None
    module, attribute = site.module, site.node
    call = next((c for c in calls_in(event.statement) if c.func is attribute), None)
    if call is None or any(arg.star for arg in call.args):
        return None
    default = [arg for arg in call.args[most:] if _is_default_adapter(arg)]
    if len(call.args) - len(default) != most:
        return None
    edits = [editor.replace(module, attribute.attr, name)]
    if default:
        edits.append(editor.between(module, call.args[most - 1].value, call.args[-1].value) if most else None)
    return editor.fix(f"{name} is what exists", edits, safe=True)


def as_function(editor: Editor, event: AnyEvent, package: str, name: str, more: str) -> Fix | None:
    """`model.method(first, ...)` becomes `name(model, first)`: safe where nobody looks at what it returns."""
    line, site = event.statement, event.site
    if not isinstance(site, Site) or not isinstance(site.node, cst.Call) or line is None:
        return None
    module, call = site.module, site.node
    if not isinstance(call.func, cst.Attribute) or not call.args or call.args[0].star:
        return None
    code = f"{name}({module.code(call.func.value)}, {module.code(call.args[0].value)}{more})"
    edits = [*editor.add_import(module, package, name), editor.replace(module, call, code)]
    small = line.body[0] if isinstance(line, cst.SimpleStatementLine) else line
    return editor.fix(f"put them in with {name}", edits, safe=isinstance(small, cst.Expr) and small.value is call)


def _is_default_adapter(arg: cst.Arg) -> bool:
    return isinstance(arg.value, cst.SimpleString) and arg.value.evaluated_value == "default"


def call_on(editor: Editor, event: Event[Accessed], oids: list[Oid]) -> Fix | None:
    """The same operation on another object, where that has a name: on the PeftModel instead of the base inside it."""
    view: View | None = event.facts.view
    if view is None or not isinstance(event.site, Site) or not isinstance(event.site.node, cst.Attribute):
        return None
    level = view.levels[-1]
    names = [name for oid in oids for name in view.model_names(oid, level)] if level.plain else []
    if not names:
        return None
    edit = editor.replace(event.site.module, event.site.node.value, names[0])
    return editor.fix(f"{names[0]} is the PeftModel", [edit], safe=True)


def load_as_peft(editor: Editor, load: object) -> Fix | None:
    """`AutoModelForCausalLM.from_pretrained(adapter)` becomes `AutoPeftModelForCausalLM.from_pretrained(adapter)`."""
    if (
        not isinstance(load, Site)
        or not isinstance(load.node, cst.Call)
        or not isinstance(load.node.func, cst.Attribute)
    ):
        return None
    cls = load.node.func.value
    if not isinstance(cls, cst.Name) or not cls.value.startswith("AutoModel"):
        return None
    name = cls.value.replace("AutoModel", "AutoPeftModel", 1)
    edits = [*editor.add_import(load.module, "peft", name), editor.replace(load.module, cls, name)]
    return editor.fix(f"load it as a PeftModel: {name}", edits, safe=True)


def wrap_instead(editor: Editor, added: Event[Added]) -> Fix | None:
    """`model.add_adapter(config)` of transformers becomes `model = get_peft_model(model, config)`."""
    site, small = added.site, only_in(added.statement)
    if not isinstance(site, Site) or not isinstance(site.node, cst.Call):
        return None
    func = site.node.func
    if not isinstance(small, cst.Expr) or small.value is not site.node or not isinstance(func, cst.Attribute):
        return None
    module, model = site.module, site.module.code(func.value)
    given = ", ".join(module.code(arg).rstrip(", ") for arg in site.node.args)
    code = f"{model} = get_peft_model({model}, {given})"
    edits = [*editor.add_import(module, "peft", "get_peft_model"), editor.replace(module, small, code)]
    return editor.fix("make it a PeftModel: get_peft_model", edits, safe=False)
