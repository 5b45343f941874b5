"""Documents that are made up have what a script looks for in them, and lines the parts that it takes them for."""

from __future__ import annotations

import ast
import gzip
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import KEPT

from lora_lint_runner.child.met import Met
from lora_lint_runner.child.reading import asked_settings, hints
from lora_lint_runner.child.reading.files.elements import elements
from lora_lint_runner.child.stand_in.made_up.files import contents, documents, groups, lines

ARTICLES = """\
import gzip
import re
import xml.etree.ElementTree as ET
from pathlib import Path

for path in Path("articles").glob("*.xml.gz"):
    with gzip.open(path) as file:
        for article in ET.parse(file).getroot().iter("article"):
            print(article.findtext(".//title"), article.get("lang"), int(article.find("front/year").text))
"""
FILMS = """\
films, seen = {}, {}
for line in open("films.dat"):
    film, title, kinds = line.strip().split("::")
    films[int(film)] = title
for line in open("seen.dat"):
    user, number, stars = map(int, line.strip().split("::"))
    if stars >= 4 and number in films:
        seen.setdefault(user, []).append(number)
names = [line.strip() for line in open("names.txt")]
"""


def run_of(script: str, folder: Path) -> Any:
    """What makes files up needs of a run: what is read in its script, and what was learned."""
    path = folder / "train.py"
    path.write_text(script)
    found = hints.read(str(path), str(folder))
    return SimpleNamespace(hints=found, spec=SimpleNamespace(learned={}), met=Met(), made_up=True)


ASPECTS = """\
import xml.etree.ElementTree as ET

KINDS = {"bad": 0, "good": 1}
for sentence in ET.parse("asked.xml").getroot().iter("sentence"):
    for aspect in sentence.iter("aspect"):
        print(KINDS[aspect.get("kind")], sentence.find("text").text[int(aspect.get("from")) : int(aspect.get("to"))])
"""


def test_attributes_have_the_values_that_are_looked_for(tmp_path: Path) -> None:
    path = tmp_path / "asked.xml"
    documents.write(run_of(ASPECTS, tmp_path), str(path), path.name)
    sentences = list(ElementTree.parse(path).getroot().iter("sentence"))
    assert all(sentence.findtext("text") for sentence in sentences)
    aspects = [aspect for sentence in sentences for aspect in sentence.iter("aspect")]
    assert {aspect.get("kind") for aspect in aspects} == {"bad", "good"}
    assert all(int(aspect.get("from", "")) < int(aspect.get("to", "")) for aspect in aspects)


def test_elements_are_looked_for_by_the_names_that_a_loop_goes_through() -> None:
    script = """\
import xml.etree.ElementTree as ET

for thing in ET.parse("0.xml").getroot().iter("object"):
    box = thing.find("bndbox")
    left, right = (float(box.findtext(side)) for side in ("xmin", "xmax"))
    for part in ["pose", "view"]:
        thing.findtext(part)
"""
    asked = elements([ast.parse(script)])
    assert {*asked.single} == {"bndbox", "bndbox/xmin", "bndbox/xmax", "pose", "view"}
    assert asked.numbers == {"xmin", "xmax"}


BOXES = """\
import xml.etree.ElementTree as ET
from PIL import Image

root = ET.parse("0.xml").getroot()
size = root.find("size")
width, height = int(size.findtext("width")), int(size.find("height").text)
Image.open(root.findtext("filename"))
for thing in root.iter("object"):
    box = thing.find("bndbox")
    left, right = (min(float(box.findtext(side)), width) for side in ("xmin", "xmax"))
"""


def test_what_is_looked_for_in_the_whole_document_lies_in_it_once(tmp_path: Path) -> None:
    path = tmp_path / "0.xml"
    documents.write(run_of(BOXES, tmp_path), str(path), path.name)
    root = ElementTree.parse(path).getroot()
    assert (root.findtext("size/width"), root.findtext("size/height")) == ("64", "64")
    assert root.findtext("filename", "").endswith(".png")
    boxes = list(root.iter("bndbox"))
    assert len(boxes) > 1
    assert all(int(box.findtext("xmax", "")) - int(box.findtext("xmin", "")) > 10 for box in boxes)


def test_what_is_gone_through_may_lie_below_a_part_of_the_document(tmp_path: Path) -> None:
    script = "from lxml import etree\n\n" + 'body = etree.parse("0.xml").getroot().find("body")\n'
    path = tmp_path / "0.xml"
    documents.write(run_of(script + 'texts = [p.text for p in body.findall("p")]\n', tmp_path), str(path), path.name)
    assert len(ElementTree.parse(path).getroot().findall("body/p")) > 1


NOTED = """\
import xml.etree.ElementTree as ET

for page in ET.parse("0.xml").getroot().iter("page"):
    for mark in page.findall("mark"):
        spans = mark.findall("span")
        kinds = [note.text for note in mark.findall("note") if note.get("key") == "kind"]
        print(spans[0].get("at"), kinds[0])
"""


def test_two_parts_of_one_element_lie_beside_each_other(tmp_path: Path) -> None:
    path = tmp_path / "0.xml"
    documents.write(run_of(NOTED, tmp_path), str(path), path.name)
    marks = list(ElementTree.parse(path).getroot().iter("mark"))
    assert len(marks) > 1
    assert all(len(mark.findall("span")) == 1 for mark in marks)
    assert all([note.get("key") for note in mark.findall("note")].count("kind") == 1 for mark in marks)


PAIRS = """\
import argparse
import xml.etree.ElementTree as ET

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
parser = argparse.ArgumentParser()
parser.add_argument("--source", default="de")
parser.add_argument("--target", default="rm")


def pairs(source, target):
    for unit in ET.parse("memory.tmx").getroot().iter("tu"):
        found = {}
        for variant in unit.iter("tuv"):
            code = (variant.get(LANG) or variant.get("lang") or "").lower().split("-")[0]
            found[code] = variant.find("seg").text
        if found.get(source) and found.get(target):
            yield found[source], found[target]
"""


def test_elements_of_any_tag_lie_in_those_that_a_script_takes_apart(tmp_path: Path) -> None:
    script = 'import xml.etree.ElementTree as ET\nfor p in ET.parse("0.xml").getroot().iter("p"):\n'
    script += '    for part in p:\n        print(part.get("kind", "other"), "".join(part.itertext()), part.tail)\n'
    documents.write(run_of(script, tmp_path), str(tmp_path / "0.xml"), "0.xml")
    parts = [part for p in ElementTree.parse(tmp_path / "0.xml").getroot().iter("p") for part in p]
    assert len({part.get("kind") for part in parts if part.text}) > 2


def test_elements_beside_each_other_are_told_apart_by_their_attribute(tmp_path: Path) -> None:
    path = tmp_path / "memory.tmx"
    documents.write(run_of(PAIRS, tmp_path), str(path), path.name)
    code = "{http://www.w3.org/XML/1998/namespace}lang"
    units = [list(unit.iter("tuv")) for unit in ElementTree.parse(path).getroot().iter("tu")]
    assert all([variant.get(code) for variant in unit] == ["de", "rm"] for unit in units)
    assert all(len({variant.findtext("seg") for variant in unit}) == 2 for unit in units)


def test_what_an_attribute_is_held_against_has_another_beside_it(tmp_path: Path) -> None:
    script = """\
import xml.etree.ElementTree as ET

for turn in ET.parse("0.xml").getroot().iter("turn"):
    for part in turn.iter("part"):
        if part.get("by") == "doctor":
            print(part.text)
"""
    path = tmp_path / "0.xml"
    documents.write(run_of(script, tmp_path), str(path), path.name)
    turns = ElementTree.parse(path).getroot().iter("turn")
    assert all([part.get("by") for part in turn] == ["doctor", "another"] for turn in turns)


LINES = """\
import xml.etree.ElementTree as ET

TEI = {"t": "http://www.tei-c.org/ns/1.0"}
NS = "{http://www.tei-c.org/ns/1.0}"
root = ET.parse("0.xml").getroot()
home = {"a": root.tag[1:].split("}")[0]}
found = []
for line in EACH:
    found.append((line.text, [word.text for word in WORDS]))
"""
INSIDE = {
    "by a prefix": ("root.iterfind('.//t:l', TEI)", "line.findall('t:w', TEI)"),
    "by a name": ("root.iter(NS + 'l')", "line.findall(f'{NS}w')"),
    "by the prefix of any": ("root.iterfind('.//a:l', home)", "line.findall('a:w', home)"),
    "by no name": ("root.iter('l')", "line.findall('w')"),
}


@pytest.mark.parametrize(("each", "words"), INSIDE.values(), ids=INSIDE.keys())
def test_elements_are_in_the_namespace_that_they_are_looked_for_in(each: str, words: str, tmp_path: Path) -> None:
    script = LINES.replace("EACH", each).replace("WORDS", words)
    path, held = tmp_path / "0.xml", dict[str, Any]()
    documents.write(run_of(script, tmp_path), str(path), path.name)
    exec(script.replace("0.xml", str(path)), held)
    assert len(held["found"]) > 1
    assert all(text and words for text, words in held["found"])


def test_attributes_refer_to_elements_of_the_same_document(tmp_path: Path) -> None:
    script = """\
import xml.etree.ElementTree as ET

root = ET.parse("1.xml").getroot()
names = {tag.get("ID") for tag in root.iterfind("tags/tag")}
for word in root.iter("word"):
    print(names & set(word.get("TAGREFS").split()), float(word.get("WIDTH")))
"""
    path = tmp_path / "1.xml"
    documents.write(run_of(script, tmp_path), str(path), path.name)
    root = ElementTree.parse(path).getroot()
    names = {tag.get("ID") for tag in root.iterfind("tags/tag")}
    words = list(root.iter("word"))
    assert len(words) > 1
    assert all(word.get("TAGREFS") in names and float(word.get("WIDTH", "")) > 0 for word in words)


def test_elements_are_told_by_what_their_tags_are_held_against() -> None:
    script = """\
from lxml import etree

TEXTS = {"p", "item.cont"}
for part in etree.parse("0.xml").iter():
    if etree.QName(part).localname.lower() in TEXTS or part.tag == "heading":
        print(part.text)
"""
    assert {*elements([ast.parse(script)]).each} == {"p", "item.cont", "heading"}


def test_an_article_has_the_parts_that_are_looked_for(tmp_path: Path) -> None:
    asked = elements([ast.parse(ARTICLES)])
    assert (asked.each, asked.single, asked.numbers) == (("article",), ("title", "front/year"), {"year"})
    path = tmp_path / "0.xml.gz"
    documents.write(run_of(ARTICLES, tmp_path), str(path), path.name)
    with gzip.open(path) as file:
        articles = list(ElementTree.parse(file).getroot().iter("article"))
    assert len(articles) == 8
    assert all(a.findtext(".//title") and a.get("lang") and int(a.findtext("front/year", "")) >= 0 for a in articles)


def test_each_text_has_lines_of_its_own(tmp_path: Path) -> None:
    run = run_of(FILMS, tmp_path)
    made = {name: lines.text(run, name, contents.rows_of(run, name=name)) for name in ("films.dat", "seen.dat")}
    (tmp_path / "films.dat").write_text(made["films.dat"])
    (tmp_path / "seen.dat").write_text(made["seen.dat"])
    (tmp_path / "names.txt").write_text("a\n")
    assert not lines.taken_apart(run, "names.txt", "txt")
    told: dict[str, Any] = {"open": lambda name: (tmp_path / name).open()}
    exec(compile(FILMS, "train.py", "exec"), told)
    assert max(map(len, told["seen"].values())) > 2


LOG = r"""
import re
LINE = re.compile(r"^(\d{6}) (\w+): (.*)$")
BLOCK = re.compile(r"(blk_-?\d+)")
seen = {}
for line in open("node.log"):
    found = LINE.match(line.strip())
    for block in set(BLOCK.findall(found.group(3))):
        seen.setdefault(block, []).append(found.group(2))
kinds = table.set_index("id")["kind"].to_dict()
kept = [block for block in seen if block in kinds]
"""


def test_lines_match_the_expression_that_takes_them_apart(tmp_path: Path) -> None:
    """What is looked for in them is what another file speaks of."""
    run = run_of(LOG, tmp_path)
    assert lines.taken_apart(run, "node.log", "log")
    (tmp_path / "node.log").write_text(lines.text(run, "node.log", []))
    told: dict[str, Any] = {"open": lambda name: (tmp_path / name).open(), "table": MagicMock()}
    exec(compile(LOG, "train.py", "exec"), told)
    assert len(told["seen"]) > 8
    assert {row["id"] for row in contents.rows_of(run, name="kinds.csv")} & set(told["seen"])


def test_an_element_lies_in_the_one_that_was_looked_for_before(tmp_path: Path) -> None:
    script = 'import xml.etree.ElementTree as ET\nfor thing in ET.parse("0.xml").findall("object"):\n'
    script += '    box = thing.find("box")\n    print(int(box.find("left").text), thing.find("name").text)\n'
    documents.write(run_of(script, tmp_path), str(tmp_path / "0.xml"), "0.xml")
    things = ElementTree.parse(tmp_path / "0.xml").findall("object")
    assert [int(thing.findtext("box/left", "")) for thing in things] == list(range(8))


def test_a_column_that_folders_are_looked_up_in_has_their_names(tmp_path: Path) -> None:
    script = 'meta = pd.read_csv("meta.csv")\nkinds = sorted(meta["kind"].unique())\n'
    script += "places = {kind: place for place, kind in enumerate(kinds)}\n"
    script += 'kept = [p for p in Path("calls").glob("*/*.wav") if p.parent.name in places]\n'
    run = run_of(script, tmp_path)
    assert {row["kind"] for row in contents.rows_of(run, name="meta.csv")} == set(groups.folders("kind"))


def test_a_column_has_cells_that_an_expression_matches(tmp_path: Path) -> None:
    script = "import re\nfor row in table.itertuples():\n"
    script += '    print(re.fullmatch(r"([A-Z])(\\d+)([A-Z])", row.change), row.x)\n'
    script += 'table = pd.read_csv("x.csv", usecols=["change", "x"])\n'
    rows = contents.rows_of(run_of(script, tmp_path), name="x.csv")
    assert all(re.fullmatch(r"[A-Z]\d+[A-Z]", row["change"]) for row in rows)


def test_what_lies_below_any_names_is_read_from_a_record() -> None:
    script = 'data = json.load(open("all.json"))\nparts = data.get("parts", {})\nfor name, part in parts.items():\n'
    script += '    for pair in part.get("pairs", []):\n        print(pair["ask"])\n'
    assert asked_settings.asked([ast.parse(script)]) == {"parts": {"*": {"pairs": "list"}}}


def test_files_that_are_asked_for_the_same_hold_the_same_rows(tmp_path: Path) -> None:
    """Though what is written of one may be changed."""
    run = run_of(
        'for line in open("a.jsonl"):\n    row = json.loads(line)\n    print(row["story"].lower())\n', tmp_path
    )
    first = contents.rows_of(run, name="a.jsonl")
    first[0]["story"] = None
    assert contents.rows_of(run, name="b.jsonl")[1:] == first[1:]
    assert contents.rows_of(run, name="b.jsonl")[0]["story"]


def test_words_and_their_tags_are_parted_as_a_slice_of_each_line_is(tmp_path: Path) -> None:
    """The last part is the tag, whatever it is called."""
    script = """\
model = AutoModelForTokenClassification.from_pretrained("bert-base-cased")
for line in open("0.txt"):
    if not line.strip():
        continue
    w, t = line.rstrip().split("\\t")[:2]
"""
    made = [line for line in lines.text(run_of(script, tmp_path), "0.txt", []).splitlines() if line]
    words, tags = zip(*(line.split("\t") for line in made))
    assert "O" in tags
    assert "O" not in words


PAGES = """\
import argparse, tarfile
from glob import glob
from html.parser import HTMLParser

class Article(HTMLParser):
    title, texts, inside = "", (), None

    def handle_starttag(self, tag, attrs):
        kind = dict(attrs).get("class") or ""
        if tag == "h1" and "article__title" in kind:
            self.inside = "title"
        elif tag in ("p", "li") and ("role", "text") in attrs:
            self.inside = "text"

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside == "title":
            self.title = data
        elif self.inside == "text":
            self.texts = (*self.texts, data)

def read(pattern):
    for path in glob(pattern):
        with tarfile.open(path) as packed:
            for member in packed:
                if member.name.endswith(".html"):
                    page = Article()
                    page.feed(packed.extractfile(member).read().decode())
                    if page.title and len(page.texts) > 2:
                        yield page.title

parser = argparse.ArgumentParser()
parser.add_argument("archives")
titles = list(read(parser.parse_args().archives))
if not titles:
    raise ValueError("num_samples=0")
assert len(set(titles)) > 4, titles
"""


def test_pages_in_archives_that_an_argument_finds(run: Run) -> None:
    """Each with the elements that a parser of the script's own waits for."""
    ran = run(PAGES + KEPT)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert "file not found: stand-in-archives; rows are made up in its place" in ran.json["reason"]
