"""The elements of XML that a script looks for: `root.iter("article")`, `article.findtext(".//title")`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ..literals import bound, literals, texts_in
from ..walking import parents_of, walk
from .namespaces import BEFORE, namespace, path_in
from .told_apart import MANY, Apart, told_apart

ROOTS = ("getroot", "fromstring", "XML")
OF_TAGS = ("tag", "localname")
CHILDREN = ("findall", "iterfind")  # which look no further than one step down, where their path has one
ONE = ("find", "findtext")
OF_ELEMENTS = ("text", "tail", "itertext", "tag", "attrib")
NUMBERS = ("int", "float")
NO_NAME = re.compile(rf"^\.?/+|\{{[^}}]*\}}|\[[^]]*\]|{BEFORE.pattern}")  # `.//`, a namespace, a condition, a prefix


class Elements(NamedTuple):
    """`each` are gone through, one below the other, the first of them below the path `home`; `single` is looked for in
    them, as paths, and `top` in the whole document; the text of `numbers` is one. `attributes` are those of any, with
    the values that the script knows, or with none; `numbers` may be theirs. `apart` has what tells several of a tag
    apart; `beside` are the chains of `each`, where the whole document is gone through for several, and `forks` those
    that begin in an element of another chain, by its tag. `lists` are those of `top` that are gone through. All are in
    the `namespace`, where there is one."""

    each: tuple[str, ...] = ()
    single: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    top: tuple[str, ...] = ()
    apart: Apart = {}
    home: str = ""
    beside: tuple[tuple[str, ...], ...] = ()
    namespace: str = ""
    lists: frozenset[str] = frozenset()
    forks: dict[str, tuple[tuple[str, ...], ...]] = {}

    @property
    def chains(self) -> tuple[tuple[str, ...], ...]:
        """What is gone through: each chain has an element, those below it, and so on."""
        if self.beside:
            return self.beside
        elsewhere = {tag for several in self.forks.values() for fork in several for tag in fork}
        main = tuple(tag for tag in self.each if tag not in elsewhere)
        return (main,) if main else ()


def elements(trees: Iterable[ast.Module]) -> Elements:
    """Reads modules that read XML; of others nothing."""
    each: dict[str, None] = {}
    single: dict[str, None] = {}
    top: dict[str, None] = {}
    apart: Apart = {}
    below_path = ""
    numbers: set[str] = set()
    attributes: dict[str, dict[str, None]] = {}
    home_of_all, lists = "", set[str]()
    above_it: dict[str, str] = {}  # the tag in whose elements another one is gone through, "" for the whole document
    child_of: dict[str, str] = {}  # the same, where it surely lies right in them
    for tree in trees:
        if not any(isinstance(n, (ast.Import, ast.ImportFrom)) and _of_xml(n) for n in walk(tree)):
            continue
        parents = parents_of(tree)
        known = literals(tree)
        roots = {name for name, value in (*bound(tree), *_kept(tree)) if _is_root(value)}
        roots |= {name for name, value in _kept(tree) if getattr(value, "id", "") in roots}
        home_of_all = home_of_all or namespace(tree)
        loops, always = dict(_gone_through(tree)), _of_one_tag(tree)
        apart.update(told_apart(tree, parents))
        below: dict[str, str] = {}  # variables that hold an element which was looked for in another
        for node in walk(tree):
            each.update(dict.fromkeys(_compared(node, known)))
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
                continue
            above = parents.get(node)
            number = isinstance(above, ast.Call) and getattr(above.func, "id", "") in NUMBERS
            owner = getattr(node.func.value, "id", getattr(node.func.value, "attr", ""))
            home, of_root = below.get(owner, ""), owner in roots or _is_root(node.func.value)
            for tag in _asked(node.args[0], parents):
                path = f"{home}/{tag}" if home and node.func.attr != "get" else tag
                folder, _, last = path.rpartition("/")
                if node.func.attr in MANY and not folder and (owner in loops or of_root):
                    above_it.setdefault(path, loops.get(owner, ""))
                    if node.func.attr in CHILDREN and owner in always and _said(node.args[0]) == [path]:
                        child_of.setdefault(path, always[owner])
                if node.func.attr in MANY and folder and not each and (of_root or home in top):
                    below_path = folder  # `root.find("body").iter("p")`, `root.findall("body/p")`
                    each.setdefault(last)
                elif node.func.attr in MANY and "/" not in path:
                    each.setdefault(path)
                elif node.func.attr in (*ONE, *MANY):
                    (top if of_root or home in top else single).setdefault(path)
                    lists |= {path} & {*top} if node.func.attr in MANY else set()
                    if isinstance(above, ast.Assign) and isinstance(above.targets[0], ast.Name):
                        below[above.targets[0].id] = path
                    outer = parents.get(above) if isinstance(above, ast.Attribute) else above
                    if isinstance(outer, ast.Call) and getattr(outer.func, "id", "") in NUMBERS:
                        numbers.add(path.rsplit("/", 1)[-1])
                elif node.func.attr == "get":
                    attributes.setdefault(path, {}).update(dict.fromkeys(_looked_up(node, above, known)))
                    numbers |= {path} if number else set()
        each.update(dict.fromkeys(_of_any_tag(tree, loops)))
    told = tuple((name, tuple(values)) for name, values in attributes.items())
    return Elements(
        tuple(each), tuple(single), frozenset(numbers), told, tuple(top), apart, below_path, _beside(each, above_it),
        home_of_all, frozenset(lists), _forks(each, child_of),
    )  # fmt: skip


def _kept(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """What objects keep: `self.root = root`."""
    for node in walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            yield node.targets[0].attr, node.value


def _gone_through(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Variables of loops, and the tag of the elements that they take: `for line in scene.findall("line")`."""
    for node in walk(tree):
        if isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, ast.Name):
            over = node.iter
            if isinstance(over, ast.Call) and getattr(over.func, "attr", "") in MANY and over.args:
                yield from ((node.target.id, NO_NAME.sub("", text)) for text in _said(over.args[0]))


def _of_one_tag(tree: ast.Module) -> dict[str, str]:
    """The same of the variables that go through elements of one tag only, wherever they stand."""
    told: dict[str, set[str]] = {}
    for name, tag in _gone_through(tree):
        told.setdefault(name, set()).add(tag)
    return {name: next(iter(tags)) for name, tags in told.items() if len(tags) == 1}


def _of_any_tag(tree: ast.Module, loops: Mapping[str, str]) -> Iterator[str]:
    """What a script calls the elements that it takes out of others whatever they are: `for part in paragraph:`."""
    used = {(n.value.id, n.attr) for n in walk(tree) if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)}
    for node in walk(tree):
        if isinstance(node, (ast.For, ast.comprehension)) and getattr(node.iter, "id", "") in loops:
            name = getattr(node.target, "id", "")
            yield from [name] if any((name, attr) in used for attr in OF_ELEMENTS) else []


def _beside(each: Iterable[str], above_it: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """The chains, where it is known of all what they are gone through in, and more than one begin."""
    tags = list(each)
    first = [tag for tag in tags if above_it.get(tag) == ""]
    if len(first) < 2 or not all(tag in above_it for tag in tags):
        return ()
    chains = []
    for tag in first:
        chain = [tag]
        while below := [inner for inner in tags if above_it[inner] in chain and inner not in chain]:
            chain.append(below[0])
        chains.append(tuple(chain))
    return tuple(chains)


def _forks(each: Iterable[str], child_of: Mapping[str, str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The chains that begin in an element further up than the one that is gone through before them: `location`s and
    `infon`s, both of an `annotation`."""
    before: list[str] = []
    found: dict[str, list[list[str]]] = {}
    chain: list[str] = []
    for tag in each:
        above = child_of.get(tag)
        if above in before[:-1]:
            chain = [tag]
            found.setdefault(above, []).append(chain)
        elif chain:
            chain.append(tag)
        before.append(tag)
    return {above: tuple(map(tuple, chains)) for above, chains in found.items()}


def _is_root(node: ast.expr) -> bool:
    """`ET.parse(path).getroot()`, `ET.fromstring(text)`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ROOTS


def _compared(node: ast.AST, known: Mapping[str, list[Any]]) -> list[str]:
    """The tags that an element's own is held against: `if part.tag == "p"`, `etree.QName(part).localname in TEXTS`."""
    sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
    own = [s for s in sides if any(isinstance(n, ast.Attribute) and n.attr in OF_TAGS for n in walk(s))]
    told = [tag for side in sides if own and side not in own for tag in (*texts_in(side, known), *_said(side))]
    return [tag for tag in (NO_NAME.sub("", text) for text in told) if re.fullmatch(r"[\w.-]+", tag)]


def _said(node: ast.expr) -> list[str]:
    return [path for path in (path_in(node),) if path is not None]


def _asked(node: ast.expr, parents: Mapping[ast.AST, ast.AST]) -> list[str]:
    """The tag or the name that is asked for; several, where it is each of those that a loop goes through:
    `(float(box.findtext(t)) for t in ("xmin", "xmax"))`."""
    said = [node]
    if isinstance(node, ast.Name):
        above: ast.AST | None = node
        while above is not None:
            loops = above.generators if isinstance(above, (ast.GeneratorExp, ast.ListComp, ast.SetComp)) else [above]
            over = [n.iter for n in loops if isinstance(n, (ast.For, ast.comprehension)) and _takes(n.target, node.id)]
            if over:
                said = over[0].elts if isinstance(over[0], (ast.Tuple, ast.List)) else []
                break
            above = parents.get(above)
    texts = [text for part in said for text in _said(part)]
    return [tag for tag in (NO_NAME.sub("", text) for text in texts) if re.fullmatch(r"[\w./-]+", tag)]


def _takes(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def _looked_up(node: ast.expr, above: ast.AST | None, known: Mapping[str, list[Any]]) -> list[str]:
    """The values that an attribute may have: it is looked for in a table (`KINDS[a.get("kind")]`), or held against."""
    among: list[ast.expr] = []
    if isinstance(above, ast.Subscript) and above.slice is node:
        among = [above.value]
    elif isinstance(above, ast.Compare):
        among = [part for part in (above.left, *above.comparators) if part is not node]
    return [value for part in among for value in texts_in(part, known)]


def _of_xml(node: ast.Import | ast.ImportFrom) -> bool:
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    return any(name.startswith(("xml.", "lxml")) for name in names)
