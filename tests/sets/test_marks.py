"""How marks are read, and what a finding counts for."""

from __future__ import annotations

from tests.sets.marks import as_good, faults, read

TWO = "a = 1  # expect: one-rule|other-rule, third-rule\nb = 2\n"


def test_a_mark_is_no_part_of_the_script() -> None:
    assert read({"x.py": TWO}).texts == {"x.py": "a = 1\nb = 2\n"}


def test_a_mark_wants_one_of_several_rules_and_another() -> None:
    marked = read({"x.py": TWO})
    assert faults(marked, [("x.py", 1, "other-rule"), ("x.py", 1, "third-rule")]) == ([], [])
    assert faults(marked, [("x.py", 1, "one-rule")]).missed == [("x.py", 1, frozenset({"third-rule"}))]


def test_what_nobody_wanted_is_false() -> None:
    marked = read({"x.py": TWO})
    assert faults(marked, [("x.py", 2, "one-rule")]).false == [("x.py", 2, "one-rule")]
    assert faults(marked, [("x.py", 1, "fourth-rule")]).false == [("x.py", 1, "fourth-rule")]


def test_a_finding_on_another_line_that_is_as_right() -> None:
    marked = read({"x.py": "a = 1  # expect: one-rule\nb = 2  # or: nearby-rule\n"})
    assert faults(marked, [("x.py", 2, "nearby-rule")]) == ([], [])
    assert faults(marked, [("x.py", 2, "one-rule")]).false == [("x.py", 2, "one-rule")]


def test_the_same_defect_by_another_name_where_it_is_as_right() -> None:
    marked = read({"x.py": as_good("a = 1  # expect: merge-result-discarded\nb = 2\n", [2])})
    assert marked.texts == {"x.py": "a = 1\nb = 2\n"}
    assert faults(marked, [("x.py", 2, "save-after-merge")]) == ([], [])
    assert faults(marked, [("x.py", 2, "wrapped-twice")]).false == [("x.py", 2, "wrapped-twice")]


def test_an_adapter_of_which_something_is_said_is_never_saved_either() -> None:
    assert faults(read({"x.py": TWO}), [("x.py", 2, "adapter-never-saved")]).false == []
    assert faults(read({"x.py": "b = 2\n"}), [("x.py", 1, "adapter-never-saved")]).false != []
