"""The same script in other words: other names, other strings, and statements between that change nothing.

What a name or a text means to a library stays: keyword arguments of calls that leave the script, attributes of library
objects, strings that a library reads. All else is drawn anew from a seed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m

from lora_lint.knowledge import kinds
from lora_lint.knowledge.lookup import TABLES

# strings that mean something to a library, to Python or to the shell
MEANT = frozenset(
    "json train torch CAUSAL_LM SEQ_CLS q_proj k_proj v_proj o_proj lm_head embed_tokens all-linear store_true none "
    "default no epoch steps RANK LOCAL_RANK WORLD_SIZE 0 1 2GB 5GB gloo nccl cuda cpu auto main __main__ wb rb w r a . "
    "float16 bfloat16 float32 adapter_config.json adapter_model.safetensors adapter_model.bin model.safetensors".split()
)
WORD = re.compile(r"[A-Za-z]+\d*|\d+")
MODEL_ID = re.compile(r"[\w.-]+/[A-Za-z]+[\w.]*-[\w.-]*\d")  # its family matters


def library_names() -> frozenset[str]:
    """Names that mean something on objects of libraries: methods, attributes and parameters of the tables."""
    found: set[str] = set()
    for table in TABLES.values():
        for rows in table.methods.values():
            found.update(rows)
            found.update(param for row in rows.values() for param in row.params)
        for attributes in table.attributes.values():
            found.update(attributes)
        found.update(param for row in table.functions.values() for param in row.params)
    for tables in kinds.METHODS.values():
        found.update(name for rows in tables for name in rows)
    return frozenset(found | kinds.OF_PEFT | kinds.NEVER_PEFT.keys())


class Defined(cst.CSTVisitor):
    """The names that a script gives: variables, functions, parameters, classes; attributes of its own classes."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.members: set[str] = set()
        self.imported: set[str] = set()  # and other names that are not the script's to give
        self.used: set[str] = set()  # attributes and keywords, wherever they stand
        self.of_others: set[str] = set()  # attributes that are asked of anything but self
        self.options: set[str] = set()
        self._classes: list[bool] = []  # is it on top of a class that is not the script's?

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.variables.add(node.name.value)
        self._classes.append(bool(node.bases))

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:
        self._classes.pop()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        if not self._classes:
            self.variables.add(node.name.value)
        elif not self._classes[-1] and not node.name.value.startswith("__"):
            self.members.add(node.name.value)

    def visit_Param(self, node: cst.Param) -> None:
        called_by_others = self._classes and self._classes[-1]  # a library may give it by keyword
        (self.imported if called_by_others else self.variables).add(node.name.value)

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self._target(node.target)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if not self._classes:  # in a class it may be a field, which is a keyword of its constructor
            self._target(node.target)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self._target(node.target)

    def visit_For(self, node: cst.For) -> None:
        self._target(node.target)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self._target(node.target)

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self._target(node.target)

    def visit_AsName(self, node: cst.AsName) -> None:
        if isinstance(node.name, (cst.Name, cst.Tuple)):
            self._target(node.name)

    def visit_ImportAlias(self, node: cst.ImportAlias) -> None:
        if node.asname is None:
            self.imported.add(node.evaluated_name.partition(".")[0])

    def visit_Arg(self, node: cst.Arg) -> None:
        if node.keyword is not None:
            self.used.add(node.keyword.value)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self.used.add(node.attr.value)
        if not m.matches(node.value, m.Name("self") | m.Name("cls")):
            self.of_others.add(node.attr.value)

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        text = node.evaluated_value
        if isinstance(text, str) and re.fullmatch(r"--[\w-]+", text):
            self.options.add(text)

    def visit_Global(self, node: cst.Global) -> None:
        self.variables.update(item.name.value for item in node.names)

    def _target(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.Name):
            self.variables.add(node.value)
        elif isinstance(node, (cst.Tuple, cst.List)):
            for element in node.elements:
                self._target(element.value)
        elif m.matches(node, m.Attribute(value=m.Name("self"))):
            assert isinstance(node, cst.Attribute)
            self.members.add(node.attr.value)


class Renamed(cst.CSTTransformer):
    """Draws everything anew that may be."""

    def __init__(self, defined: Defined, seed: int) -> None:
        self._random = random.Random(seed)
        known = library_names()
        names = defined.variables - defined.imported - {"self", "cls", "_"}
        self._names = {name: self._word() for name in sorted(names) if not name.startswith("__")}
        members = defined.members - defined.of_others - known
        self._members = {name: self._word() for name in sorted(members)}
        dests = {option: option[2:].replace("-", "_") for option in defined.options}
        self._options = {
            option: f"--{self._word()}"
            for option, dest in sorted(dests.items())
            if dest not in known and dest not in defined.members
        }
        self._dests = {dests[option]: new[2:] for option, new in self._options.items()}
        self._words: dict[str, str] = {}
        self._kept = MEANT | (defined.used - self._dests.keys()) | known
        self._calls: list[bool] = []

    def _word(self) -> str:
        syllables = [self._random.choice("bdfgklmnprstvz") + self._random.choice("aeiou") for _ in range(4)]
        return "".join(syllables)

    # -- names -------------------------------------------------------------------------------------------------------

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        attr = original_node.attr.value
        new = self._members.get(attr) or self._dests.get(attr) or attr
        return updated_node.with_changes(attr=cst.Name(new))

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        return False

    def leave_ImportFrom(self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom) -> cst.ImportFrom:
        if isinstance(updated_node.names, cst.ImportStar):
            return updated_node
        return updated_node.with_changes(names=[self._alias(alias) for alias in updated_node.names])

    def visit_Import(self, node: cst.Import) -> bool:
        return False

    def leave_Import(self, original_node: cst.Import, updated_node: cst.Import) -> cst.Import:
        return updated_node.with_changes(names=[self._alias(alias) for alias in updated_node.names])

    def _alias(self, alias: cst.ImportAlias) -> cst.ImportAlias:
        given = alias.asname.name if alias.asname is not None else None
        if alias.asname is None or not isinstance(given, cst.Name):
            return alias
        return alias.with_changes(asname=alias.asname.with_changes(name=cst.Name(self._names[given.value])))

    def visit_Call(self, node: cst.Call) -> None:
        own = isinstance(node.func, cst.Name) and node.func.value in self._names
        method = isinstance(node.func, cst.Attribute) and node.func.attr.value in self._members
        self._calls.append(own or method)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        own = self._calls.pop()
        args = [
            arg
            if arg.keyword is None
            else arg.with_changes(
                keyword=cst.Name(self._names.get(before.keyword.value, before.keyword.value))
                if own and before.keyword is not None
                else before.keyword
            )
            for arg, before in zip(updated_node.args, original_node.args, strict=True)
        ]
        return updated_node.with_changes(args=args)

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        name = original_node.name.value
        new = self._members.get(name) or self._names.get(name) or name
        return updated_node.with_changes(name=cst.Name(new))

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return updated_node.with_changes(value=self._names.get(original_node.value, original_node.value))

    # -- strings -----------------------------------------------------------------------------------------------------

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.SimpleString:
        text = original_node.evaluated_value
        if not isinstance(text, str) or "\n" in text or original_node.prefix:
            return updated_node
        return updated_node.with_changes(value=repr(self._text(text)))

    def leave_FormattedStringText(
        self, original_node: cst.FormattedStringText, updated_node: cst.FormattedStringText
    ) -> cst.FormattedStringText:
        return updated_node.with_changes(value=self._text(original_node.value))

    def _text(self, text: str) -> str:
        if text in self._options:
            return self._options[text]
        if text in self._kept or text.startswith("--") or MODEL_ID.search(text) or " " in text:
            return text
        return WORD.sub(lambda found: self._said(found[0]), text)

    def _said(self, word: str) -> str:
        """Another word for a word of a path: the same one each time, so that joined paths stay what they are."""
        if word in ("adapter_model", "safetensors", "bin", "json", "checkpoint") or word.isdigit():
            return word
        if word not in self._words:
            self._words[word] = self._word()
        return self._words[word]


FILLERS = (
    "pass",
    "print('so far, so good')",
    "{0} = 3",
    "{0} = [1, 2, 3]; {0}.append(4)",
    "assert True",
    "if len('abc') == 3:\n    {0} = 'three'",
    "for {0} in range(2):\n    print({0})",
    "try:\n    {0} = int('7')\nfinally:\n    pass",
    "with open('log.txt', 'a') as {0}:\n    {0}.write('.')",
    "def {0}(x):\n    return x + 1",
    "import time as {0}",
    "{0} = (lambda x: x)(5)",
    "while False:\n    pass",
)


class Stretched(cst.CSTTransformer):
    """Puts statements that change nothing between others."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._count = 0
        self._in_class = 0

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._in_class += 1

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        self._in_class -= 1
        return updated_node

    def leave_IndentedBlock(self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock) -> cst.CSTNode:
        holds_members = any(isinstance(s, cst.FunctionDef) for s in original_node.body) and self._in_class
        return updated_node if holds_members else updated_node.with_changes(body=self._between(updated_node.body))

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        return updated_node.with_changes(body=self._between(updated_node.body))

    def _between(self, body: Sequence[cst.BaseStatement]) -> list[cst.BaseStatement]:
        found: list[cst.BaseStatement] = []
        for place, statement in enumerate(body):
            found.append(statement)
            first = place == 0 and m.matches(
                statement, m.SimpleStatementLine(body=[m.Expr(m.SimpleString() | m.ConcatenatedString())])
            )
            future = m.matches(statement, m.SimpleStatementLine(body=[m.ImportFrom(module=m.Name("__future__"))]))
            if not first and not future and self._random.random() < 0.3:
                self._count += 1
                filler = self._random.choice(FILLERS).format(f"filler_{self._count}")
                found += cst.parse_module(filler + "\n").body
        return found


def reworded(text: str, seed: int) -> str:
    """The script in other words."""
    tree = cst.parse_module(text)
    defined = Defined()
    tree.visit(defined)
    return tree.visit(Renamed(defined, seed)).visit(Stretched(seed)).code
