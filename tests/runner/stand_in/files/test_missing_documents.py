"""Documents that the script finds by a pattern are made up in the form that their names say."""

from __future__ import annotations

from tests.runner.conftest import PASSED_OVER, Run, confirmed, lacking
from tests.runner.samples import HEAD, KEPT, LOOP, SAVE


def test_xml_has_many_names(run: Run) -> None:
    text = """\
import glob
import xml.etree.ElementTree as ET

units = [unit for path in glob.glob("memory/*.tmx") for _, unit in ET.iterparse(path) if unit.tag == "tu"]
assert len([unit.findtext("seg") for unit in units]) > 1
"""
    confirmed(run(text + KEPT))


def test_texts_of_any_kind_are_texts(run: Run) -> None:
    text = """\
from pathlib import Path

papers = [path.read_text() for path in sorted(Path("papers").glob("*.tex"))]
assert len(papers) > 1 and all(papers)
"""
    confirmed(run(text + KEPT))


def test_files_of_a_folder_have_the_suffix_that_is_kept(run: Run) -> None:
    text = """\
from pathlib import Path

said = [path.read_text() for path in Path("subs").rglob("*") if path.suffix.lower() in (".srt", ".vtt")]
assert said and all(said)
"""
    ran = run(text + KEPT)
    confirmed(ran)
    assert not any(PASSED_OVER in what for what in lacking(ran))


def test_what_is_told_beside_a_text_is_of_its_letters(run: Run) -> None:
    text = """\
from pathlib import Path

KINDS = ["Dose", "Drug"]
things = []
for path in Path("notes").glob("*.txt"):
    beside, note = path.with_suffix(".ann"), path.read_text()
    if not beside.exists():
        continue
    for line in beside.read_text().splitlines():
        _, place, said = line.split("\\t")
        kind, start, end = place.split()
        assert said and note[int(start) : int(end)] == said
        things.append(KINDS.index(kind))
if not things:
    raise SystemExit("no note has anything told beside it")
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_lines_that_are_numbers_each(run: Run) -> None:
    text = """\
import json
from pathlib import Path

folder = Path("tour")
chosen = [int(line) for line in open(folder / "chosen.txt") if line.strip()]
with open(folder / "weights.txt") as file:
    weights = [float(line.strip()) for line in file]
scenes = json.load(open(folder / "scenes.json"))
said = [scene["text"]["answer"].lower() for scene in scenes if scene["number"] in chosen]
assert len(set(chosen)) > 8 and len(weights) > 8 and said
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]
    assert "passed over" not in ran.json["reason"]


def test_documents_are_called_as_the_script_tells_them_apart_that_trains_on_none_of_others(run: Run) -> None:
    text = """\
import xml.etree.ElementTree as ET
from pathlib import Path

def reviews(part):
    found = [path for path in Path("reviews").glob("*.xml") if part in path.stem.lower()]
    return [said.findtext("text") for path in found for said in ET.parse(path).getroot().iter("sentence")]

for text in reviews("train"):
    ids = torch.full((2, 8), len(text) % 100)
    model(input_ids=ids, labels=ids).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
"""
    ran = run(HEAD + LOOP[: LOOP.index("for step")] + text + SAVE)
    confirmed(ran)
    assert not any(PASSED_OVER in said for said in lacking(ran))
