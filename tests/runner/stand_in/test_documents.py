"""Documents that are made up have what a script looks for in them, and lines the parts that it takes them for."""

from __future__ import annotations

import ast
import gzip
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from lora_lint_runner.child.met import Met
from lora_lint_runner.child.reading import hints
from lora_lint_runner.child.reading.elements import elements
from lora_lint_runner.child.stand_in.made_up import contents, documents, lines

ARTICLES = """\
import gzip
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
