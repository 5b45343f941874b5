"""The extension in a real VS Code, one step of the user's way after the other."""

from __future__ import annotations

import re

from scripts import LOST
from window import Window, expect


def test_a_finding_is_underlined_and_corrected_from_the_light_bulb(window: Window) -> None:
    window.write("train.py", LOST)
    window.open("train.py")
    window.squiggles.first.wait_for(timeout=90_000)
    window.mark("first squiggle")

    rows = window.problems()
    assert any("LL101" in row and "the trained adapter is saved nowhere" in row for row in rows), rows
    window.shot("1-squiggle-and-problems")

    window.put_cursor('merged.save_pretrained("out")')
    menu = window.light_bulb()
    window.shot("2-light-bulb")
    menu.filter(has_text='Save the adapter to "out-adapter"').first.click()
    window.line('model.save_pretrained("out-adapter")').wait_for()
    window.mark("fix applied")

    text = window.save("train.py", lambda text: "out-adapter" in text)
    assert text == LOST.replace("merged = model.merge", 'model.save_pretrained("out-adapter")\nmerged = model.merge')
    expect(window.squiggles).to_have_count(0, timeout=20_000)
    window.shot("3-fixed")
    assert "[error]" not in window.server.log()
