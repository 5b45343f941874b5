"""What the newest outcomes are when edits and lints overlap, whatever the order in which the analysis answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest

from lora_lint_lsp.analyst import Analyst, Urgency
from lora_lint_lsp.documents import Documents, Script
from lora_lint_lsp.lints import Lints
from lora_lint_lsp.target import Checked


class Slow:
    """An analysis that answers when it is told to, and knows the text of a script from its last lint on."""

    def __init__(self) -> None:
        self.answers = {urgency: asyncio.Semaphore(0) for urgency in Urgency}
        self.known: dict[str, int] = {}  # by script, the revision of the text that was linted last
        self.asked: list[tuple[str, dict[str, int]]] = []  # the lints, each with what was known then

    async def check(self, target: Any, urgency: Urgency, wanted: Callable[[], bool]) -> Checked:
        self.asked.append((target.uri, dict(self.known)))
        await self.answers[urgency].acquire()
        self.known[target.uri] = target.revision
        return Checked((), None)

    async def dependents(self, path: str, among: list[str]) -> list[str]:
        return [other for other in among if other != path]

    async def answer(self, urgency: Urgency) -> None:
        self.answers[urgency].release()
        for _ in range(50):
            await asyncio.sleep(0)


class Opened:
    def __init__(self, uri: str) -> None:
        self.uri, self.path, self.revision = uri, uri, 0

    def target(self) -> Opened:
        seen = Opened(self.uri)
        seen.revision = self.revision
        return seen

    def sheets(self) -> list[Any]:
        return []


class All:
    def __init__(self, *scripts: Opened) -> None:
        self.scripts = {script.uri: script for script in scripts}

    def each(self) -> list[Opened]:
        return list(self.scripts.values())


@pytest.mark.asyncio
async def test_an_edit_that_is_linted_while_others_look_at_the_one_before_is_told_too() -> None:
    analysis, train, saving = Slow(), Opened("train.py"), Opened("saving.py")
    lints = Lints(cast(Analyst, analysis), lambda _: None)
    lints.settled.set()
    lints.documents = cast(Documents, All(train, saving))

    def edit() -> asyncio.Task[Any]:
        train.revision += 1
        lints.edited(cast(Script, train))
        return asyncio.create_task(lints.outcome(cast(Script, train)))

    edits = [edit()]
    await analysis.answer(Urgency.FINDINGS)  # linted: saving.py is looked at again
    edits.append(edit())
    await analysis.answer(Urgency.BACKGROUND)
    await analysis.answer(Urgency.FINDINGS)
    for _ in range(3):
        await analysis.answer(Urgency.BACKGROUND)
    assert all(edit.done() for edit in edits)
    assert [known["train.py"] for name, known in analysis.asked if name == "saving.py"][-1] == train.revision
