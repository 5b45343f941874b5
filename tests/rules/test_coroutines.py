"""Coroutines and generators: what nobody awaits or goes through never runs."""

from __future__ import annotations

import pytest
from tests.rules.idioms import MADE, TRAIN, WRAP, found

LAZY = [
    "map(lambda m: m.save_pretrained('lora'), [model])",
    "(m.save_pretrained('lora') for m in [model])",
    "keep(model)",
]


@pytest.mark.parametrize("saves", LAZY)
def test_what_nobody_goes_through_or_awaits_never_runs(saves: str) -> None:
    keep = "async def keep(m): m.save_pretrained('lora')\n"
    merge = "model.merge_and_unload().save_pretrained('full')\n"
    assert found(keep + WRAP + MADE + TRAIN + saves + "\n" + merge) == ["save-after-merge"]
    run = f"asyncio.run({saves})" if saves.startswith("keep") else f"list({saves})"
    assert found("import asyncio\n" + keep + WRAP + MADE + TRAIN + run + "\n" + merge) == []


AWAITED = [
    ("first, last = keep(model), merge(model)\n    await {}\n    await {}", ("first", "last")),
    ("jobs = [keep(model), merge(model)]\n    for n in ({}, {}):\n        await jobs[n]", ("0", "1")),
    ("jobs = {{1: keep(model), 2: merge(model)}}\n    await asyncio.gather(jobs[{}], jobs[{}])", ("1", "2")),
    ("first, last = keep(model), merge(model)\n    await elsewhere.each([{}, {}])", ("first", "last")),
    ("first = keep(model)\n    last = merge(model)\n    await run({})\n    await run({})", ("first", "last")),
]


@pytest.mark.parametrize(("jobs", "order"), AWAITED)
def test_a_coroutine_runs_when_it_is_awaited(jobs: str, order: tuple[str, str]) -> None:
    work = """\
import asyncio, elsewhere
async def keep(m): m.save_pretrained("lora")
async def merge(m): m.merge_and_unload().save_pretrained("full")
async def run(job): return await job
async def main():
    """
    start = "\nasyncio.run(main())\n"
    assert found(WRAP + MADE + TRAIN + work + jobs.format(*order) + start) == []
    assert found(WRAP + MADE + TRAIN + work + jobs.format(*reversed(order)) + start) == ["emptied-adapter-saved"]


@pytest.mark.parametrize(
    "together", ["await asyncio.gather(*jobs)", "for job in asyncio.as_completed(jobs): await job"]
)
@pytest.mark.parametrize("paths", ["['lora', 'again']", "sys.argv[1:]"])
def test_coroutines_of_a_list_are_awaited_together(paths: str, together: str) -> None:
    script = f"""\
import asyncio, sys
async def keep(m, path): m.save_pretrained(path)
async def main(m):
    jobs = [keep(m, path) for path in {paths}]
    {together}
    m.merge_and_unload().save_pretrained("full")
asyncio.run(main(model))
"""
    assert found(WRAP + MADE + TRAIN + script) == []
    assert found(WRAP + MADE + TRAIN + script.replace(f"    {together}\n", "")) == ["save-after-merge"]


UNSEEN = ["await jobs[sys.argv[1]]", "await asyncio.gather(*jobs[start:])", "await jobs.pop(sys.argv[2])"]


@pytest.mark.parametrize("which", UNSEEN)
def test_which_coroutine_is_awaited_need_not_be_known(which: str) -> None:
    script = f"""\
import asyncio, sys
async def keep(m): m.save_pretrained("lora")
async def main(m):
    jobs = {{}}
    jobs[sys.argv[1]] = keep(m)
    {which}
    m.merge_and_unload().save_pretrained("full")
asyncio.run(main(model))
"""
    assert found(WRAP + MADE + TRAIN + script) == []
    assert found(WRAP + MADE + TRAIN + script.replace(which, "await asyncio.sleep(1)")) == ["save-after-merge"]
