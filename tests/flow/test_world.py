"""What two worlds may differ in is what was written since their ways parted."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.modules import Module, Site
from lora_lint.flow.values import NONE, TRUE, Gate, ListRec, ModelRef, ObjRef
from lora_lint.flow.worlds.fold import Asked, joined
from lora_lint.flow.worlds.terms import learn
from lora_lint.flow.worlds.world import World
from lora_lint.source.sketch.parsed import Parsed


def site(name: str) -> Site:
    tree = cst.parse_module(f"{name} = []\n")
    return Site(Module("__main__", "a.py", Parsed("", tree)), tree.body[0], None)


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


def test_variables_that_hang_on_a_test_are_told_as_each_world_has_them() -> None:
    frame, hangs = ("module", 0), Gate(("free", "a", "flag"), TRUE, NONE)
    start = World()
    start.bind(frame, "plain", NONE)
    start.bind(frame, "hangs", hangs)
    left, right = start.copy(), start.copy()
    assert left.gates() == right.gates() == [(frame, "hangs", hangs)]
    left.bind(frame, "hangs", NONE)
    right.bind(frame, "too", hangs)
    assert left.gates() == []
    assert right.gates() == [(frame, "hangs", hangs), (frame, "too", hangs)]
    assert start.gates() == [(frame, "hangs", hangs)]


def test_an_object_that_may_be_there_stands_for_one_that_is() -> None:
    """It holds a model, and no test decides whether it is there: two such ways go on as one."""
    start = World()
    model = start.life.create(site("model"), "LlamaForCausalLM")
    held = ObjRef(start.new(site("held"), ListRec((ModelRef(model),))))
    perhaps, there = start.copy(), start.copy()
    frame = ("module", 0)
    perhaps.bind(frame, "held", Gate(("blur", "before"), held, NONE))
    there.bind(frame, "held", held)
    for ways in ([perhaps, there], [there, perhaps]):
        [both], _ = joined(ways, "mark", Asked.ALL)
        assert both.frames[frame]["held"] == Gate(("blur", "before"), held, NONE)


def two_ways(*tests: str) -> list[World]:
    """Two ways that came out differently at these tests; `model` is a plain model on one, a PeftModel on the other."""
    start = World()
    plain, base = (start.life.create(site(name), "LlamaForCausalLM") for name in ("plain", "base"))
    wrapped = start.life.wrap(base, start.life.adapter(site("adapter"), "default", "created"), site("wrap"))
    ways = []
    for holds, model in ((True, plain), (False, wrapped)):
        way = start.copy()
        for test in tests:
            learn(way, ("free", "__main__", test), holds, None)
        way.bind(("module", 0), "model", ModelRef(model))
        ways.append(way)
    return ways


def test_a_model_hangs_on_the_test_at_which_two_ways_parted() -> None:
    [both], _ = joined(two_ways("unsloth"), "mark", Asked.ALL)
    found = both.frames["module", 0]["model"]
    assert isinstance(found, Gate)
    assert found.term == ("free", "__main__", "unsloth")


def test_ways_that_parted_at_two_tests_stay_apart_with_a_model_each() -> None:
    """Hung on one of the tests, the model would no longer go with what hangs on the other."""
    assert len(joined(two_ways("four_bit", "unsloth"), "mark", Asked.ALL)[0]) == 2
    assert len(joined(two_ways("four_bit", "unsloth"), "mark", Asked.LITTLE)[0]) == 1


def test_objects_of_one_site_are_numbered_in_the_order_in_which_they_are_made() -> None:
    world, again = World(), site("again")
    assert [world.new(again, ListRec(())) for _ in range(20)] == [(again, n) for n in range(20)]
    other = world.copy()
    assert other.new(again, ListRec(())) == world.new(again, ListRec(())) == (again, 20)
    assert world.new(site("once"), ListRec(()))[1] == 0
