"""What is done to a script before it is tried. Everything is drawn from one seeded source of chance."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from random import Random

Mutation = Callable[[str, Random], str]

# places to put a script's statements in, parted by lines of dashes: each must stay Python around any of them
ROOMS = """\
def train_all(rows, *, out: str = 'out') -> None:
{body}
---
async def train_all():
{body}

await train_all()
---
class Trains[T]:
    def __init__(self, value: T) -> None:
        self.value = value

    @property
    def trained(self) -> T:
{inner}
        return self.value
---
type Rows[*Ts, **P] = dict[str, tuple[*Ts]]

def generic[T: (int, str) = int](x: T) -> T:
{body}
    return x
---
match command.split():
    case [first, *rest] if (n := len(rest)) > 1:
{inner}
    case {{'a': 1, **more}} | None | Point(x=0, y=_):
        pass
    case _:
        raise SystemExit(2)
---
with open('a') as a, (open('b')) as b:
{body}
---
with (
    open('a') as a,
    open('b') as b,
):
{body}
---
try:
{body}
except* (OSError, ValueError) as group:
    print(group.exceptions)
---
try:
{body}
except Exception:
    raise
else:
    print('saved')
finally:
    print('done')
---
for epoch in range(3):
{body}
else:
    print('never left early')
---
while (line := input()):
    if not line: continue
{body}
    break
---
if __name__ == '__main__':
{body}
---
@decorated(lambda f: f, *[1], **{{}})
@other.one[0]
def main():
    global model, trainer
{body}

main()
---
def outer():
    kept = []
    def inner(*args, **kwargs):
        nonlocal kept
{inner}
        yield from kept
    return [*inner()]

outer()
""".split("---\n")

LINES = (
    'print(f"{epoch!r:>{width}} {"nested " + f"{x:{y}}"} {{literal}} {value=}")\n',
    "total = sum(n for n in (row := load()) if (m := n) and m is not None) if rows else 0\n",
    "first, *(middle, [last]) = *rows, 1\n",
    "x: list[dict[str, int]] = []; y = lambda *a, k=1, **kw: (yield); del x\n",
    "@(lambda f: f)\nasync def later(a, /, b, *, c): return await (await a).b[c:, ...]\n",
    "assert (status := model.get_model_status()), '''three\n lines\n'''\n",
    "if a: b; c\nelif d: pass\nelse: e = f = g\n",
    "print(0x_ff, 1_000j, .5e-3, b'\\x00' rb'\\d', ~-+not_a if not x else *y, sep='')\n".replace("*y", "y"),
    "match = case = type = _ = soft = 1\n",
    "async with a as (b, c): pass\n",
    "x = [i async for i in rows if await i]; y = {**a, 'b': {*c}}; z = a[1:2, ::3, *d]\n",
    "\\\n\nvalue = 1 + \\\n  2\n",
    "\N{GREEK SMALL LETTER ALPHA} = '\U0001f600\u2028\x0c'  # \u202e\n",
)


# -- a script inside of a file -----------------------------------------------------------------------------------------


def behind(text: str, script: str, chance: Random) -> str:
    """The script behind the file, as if it went on."""
    return f"{text}\n{script}"


def in_a_room(text: str, script: str, chance: Random) -> str:
    """The script's statements in a function, a class, a match, ... behind the file."""
    body = "\n".join(line for line in script.splitlines() if not line.startswith("from __future__"))
    room = chance.choice(ROOMS)
    return f"{text}\n" + room.format(body=textwrap.indent(body, "    "), inner=textwrap.indent(body, "        "))


def between(text: str, script: str, chance: Random) -> str:
    """The script between two lines of the file that stand at its left edge."""
    lines = text.splitlines(keepends=True)
    edges = [n for n, line in enumerate(lines) if line[:4] in ("def ", "clas", "from", "impo")]
    at = chance.choice(edges) if edges else len(lines)
    return "".join([*lines[:at], script, "\n", *lines[at:]])


INSERTIONS = (behind, in_a_room, in_a_room, between)


# -- what else may be wrong with a file --------------------------------------------------------------------------------


def truncated(text: str, chance: Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


def line_removed(text: str, chance: Random) -> str:
    lines = text.splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    return "".join(lines)


def line_doubled(text: str, chance: Random) -> str:
    lines = text.splitlines(keepends=True)
    at = chance.randrange(len(lines))
    return "".join([*lines[:at], lines[at], *lines[at:]])


def lines_swapped(text: str, chance: Random) -> str:
    lines = text.splitlines(keepends=True)
    a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return "".join(lines)


def character_changed(text: str, chance: Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice("()[]{}:=,.'\"\\#@ \n\t0aé\x00\x0c\r\u2028\ud800") + text[at + 1 :]


def word_moved(text: str, chance: Random) -> str:
    words = [match.span() for match in re.finditer(r"\w+", text)]
    (a, b), (c, d) = chance.choice(words), chance.choice(words)
    return text[:a] + text[c:d] + text[b:]


def with_tabs(text: str, chance: Random) -> str:
    return re.sub(r"^(?: {4})+", lambda match: "\t" * (len(match[0]) // 4), text, flags=re.MULTILINE)


def with_form_feeds(text: str, chance: Random) -> str:
    return re.sub(r"^(?=def |class |import |from )", "\x0c", text, flags=re.MULTILINE)


def with_crlf(text: str, chance: Random) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def with_cr(text: str, chance: Random) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r")


def without_last_newline(text: str, chance: Random) -> str:
    return text.rstrip("\r\n")


def with_mixed_ends(text: str, chance: Random) -> str:
    return re.sub(r"\r?\n", lambda _: chance.choice(("\n", "\r\n")), text)


def with_odd_syntax(text: str, chance: Random) -> str:
    lines = text.splitlines(keepends=True)
    edges = [n for n, line in enumerate(lines) if line[:1].isalpha()]
    for _ in range(3):
        at = chance.choice(edges) if edges else 0
        lines.insert(at, chance.choice(LINES))
    return "".join(lines)


def unchanged(text: str, chance: Random) -> str:
    return text


MUTATIONS: tuple[Mutation, ...] = (
    unchanged,
    truncated,
    line_removed,
    line_doubled,
    lines_swapped,
    character_changed,
    word_moved,
    with_tabs,
    with_form_feeds,
    with_crlf,
    with_cr,
    without_last_newline,
    with_mixed_ends,
    with_odd_syntax,
)


def mutated(text: str, script: str, chance: Random) -> tuple[str, str]:
    """A file with a script in it, and mutated; and how, for whoever wants it again."""
    insertion, mutation = chance.choice(INSERTIONS), chance.choice(MUTATIONS)
    made = mutation(insertion(text, script, chance), chance)
    return made, f"{insertion.__name__}, {mutation.__name__}"
