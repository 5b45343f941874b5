"""Files of chats that are not here, each a list of its turns: these are rows of the table that the script asks for."""

from __future__ import annotations

import pytest
from tests.runner.conftest import PASSED_OVER, Run, lacking
from tests.runner.samples import KEPT

READS = {
    "gone through": (
        'import json\nchats = []\nfor chat in json.load(open("chats.json")):\n'
        "    chats.append(\"\\n\".join([f\"{turn['author']}: {turn['text']}\" for turn in chat]))\n"
        "assert chats[0].count('\\n') > 2\n"
    ),
    "one a line": (
        'import json\nfor line in open("chats.jsonl"):\n    for turn in json.loads(line):\n'
        '        print(turn["author"], turn["text"])\n'
    ),
    "asked for a turn by its place": (
        'import json\nchats = json.load(open("chats.json"))\n'
        'print(chats[0][1]["topic"], " ".join(turn["from"] + ": " + turn["value"] for turn in chats[0]))\n'
    ),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_it_is_made_up(run: Run, read: str) -> None:
    ran = run(read + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]
    assert not any(PASSED_OVER in said for said in lacking(ran))
