"""What two worlds may differ in is what was written since their ways parted."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.modules import Module, Site
from lora_lint.flow.values import ListRec
from lora_lint.flow.worlds.world import World


def site(name: str) -> Site:
    tree = cst.parse_module(f"{name} = []\n")
    return Site(Module("__main__", "a.py", tree, "", ""), tree.body[0], None)


def test_objects_written_on_either_way_are_told() -> None:
    start = World()
    shared = start.new(site("shared"), ListRec(()))
    left, right = start.copy(), start.copy()
    assert left.changed(right) == []
    mine = left.new(site("mine"), ListRec(()))
    theirs = right.new(site("theirs"), ListRec(()))
    assert set(left.changed(right)) == set(right.changed(left)) == {mine, theirs}
    assert left.changed(start) == [mine]
    left.put(shared, ListRec((), open=True))
    assert set(right.changed(left)) == {mine, theirs, shared}
