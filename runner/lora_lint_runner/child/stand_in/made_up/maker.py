"""Made-up data sets: the columns that are known of a data set and those that the script asks for, in a real Dataset."""

from __future__ import annotations

import re
from typing import Any

from ...context import Run
from ...reading.cells.shape import ANY, Shape
from . import rows, sets
from .cells import kinds, pictured, threads
from .files import groups
from .forgiving import SPLIT

TOKENIZED = {"input_ids": "ints", "attention_mask": "ones", "labels": "ints"}
PREPARED = {"input_features": "heard", "input_values": "wave"}
LABELS = frozenset(("label", "labels"))
NUMBERS = ("int", "length", "bool")
SEGMENTING = re.compile(r"^Sam\w*Model$|For(Semantic|Instance|Universal|Image)Segmentation$|^Mask2?Former")
KINDS = ("image", "audio", "label", "tags")  # what a use tells that is more than the form of a value


class Maker:
    """Makes up the data sets of one run."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @property
    def learned(self) -> dict[str, Shape]:
        """The columns that an earlier attempt lacked, and those that the project's own command line or file of settings
        names."""
        told = self.run.met.told_columns
        return dict.fromkeys((*self.run.spec.learned.get("columns", ()), *told), ANY)

    def dataset(self, path: str, name: str | None, salt: int = 0) -> Any:
        """A data set of this id; its parts differ by `salt`."""
        import datasets

        told = {**self.learned, **self.run.hints.columns}
        # of all parts together a function may be given: `rows["train"]` is none of their columns
        asked = {c: shape for c, shape in told.items() if not (shape.kind == "record" and SPLIT.match(c))}
        columns = self._columns(sets.known(path, name), asked)
        count = self._count(columns, asked)
        rows.counted(self.run, count)
        cells = {c: self._column(c, kind, asked.get(c), count, salt * 3) for c, kind in columns.items()}
        each = min(groups.size(self.run.hints), count // 4)  # of a group there are several rows, and several groups
        cells.update({c: groups.together(cells[c], each) for c in cells if groups.grouped(self.run.hints, c, path)})
        threads.tie(cells)
        pictured.mark(self.run, cells)
        made = datasets.Dataset.from_dict(cells)
        special = {c: self._feature(k or kinds.by_name(c), cells[c], made.features[c]) for c, k in columns.items()}
        special = {column: feature for column, feature in special.items() if feature is not None}
        if not special:
            return made
        features = datasets.Features({**made.features, **special})
        pictures = any(type(f).__name__ == "Image" for f in special.values())
        return datasets.Dataset.from_dict(cells, features=features) if pictures else made.cast(features)

    def _columns(self, known: dict[str, str] | None, asked: dict[str, Shape]) -> dict[str, str | None]:
        """The columns, each with its kind where more is known of it than its name and its use."""
        hints = self.run.hints
        if self.run.spec.learned.get("tokenized"):
            found = {**TOKENIZED, **dict.fromkeys(self.learned), **self._counted(asked)}
            return {**_prepared(dict.fromkeys(found))} or found
        columns: dict[str, str | None] = dict(known or {})
        inside = {name for shape in asked.values() for name in shape.inside()}
        if not (set(asked) - inside) & set(columns):  # it may have that id by chance
            columns.update({c: shape.kind if shape.kind in KINDS else None for c, shape in asked.items()})
        if hints.text_field is not None:
            columns.setdefault(hints.text_field, "text")
        needed = sets.needed(hints.trainers, hints.classes)
        lacks_none = sets.serving(hints.trainers, known or ()) - hints.strings
        if not set(needed) & (set(columns) | hints.strings) and not lacks_none:  # nor does the script make one of them
            columns.update(needed)
        elif known is None:
            columns.update({c: kind for c, kind in needed.items() if c in hints.strings and c not in columns})
        for odd in sets.unasked(hints.trainers) - hints.strings:
            columns.pop(odd, None)
        if len(used := LABELS & set(asked)) == 1:  # a collator would take the other one for it
            columns = {c: kind for c, kind in columns.items() if c not in LABELS - used - hints.strings}
        if columns.get("chosen") == "messages" and "prompt" not in hints.strings:
            columns.pop("prompt", None)  # it is their first turn
        for extra in set(self.learned) - lacks_none:  # another stage of the script asks for it, of data of its own
            columns.setdefault(extra, None)
        told = {c: s.kind for c, s in asked.items() if c in columns and s.kind in ("label", "tags")}
        # what is known of the data set says of how many classes, too
        columns.update({c: kind for c, kind in told.items() if not (columns[c] or "").startswith(kind)})
        columns.update(self._masks(columns))
        columns.update(self._seen(columns))
        columns.update(_prepared(columns))
        without = self.run.spec.learned.get("no columns", {}).get("", ())
        columns = {c: kind for c, kind in columns.items() if c not in without}
        return {
            c: rows.learned_kind(self.run, c) or kind or rows.by_script(self.run, c) for c, kind in columns.items()
        } or {"text": "text"}

    def _seen(self, columns: dict[str, str | None]) -> dict[str, str]:
        """The chats, where an earlier attempt had them speak of no picture."""
        asked = self.run.spec.learned.get("pictured")
        return {c: "seen" for c, kind in columns.items() if asked and (kind or kinds.by_name(c)) == "messages"}

    def _masks(self, columns: dict[str, str | None]) -> dict[str, str]:
        """The labels of pictures that are cut into segments, where no other column has them: masks."""
        known = {c: kind or kinds.by_name(c) for c, kind in columns.items()}
        cuts = any(map(SEGMENTING.search, self.run.hints.classes)) and "image" in known.values()
        return {c: "mask" for c, kind in known.items() if kind == "label" and cuts and "mask" not in known.values()}

    def _counted(self, asked: dict[str, Shape]) -> dict[str, str | None]:
        """The columns of numbers: what is known of a row beside its tokens, such as how long its prompt was."""
        return {c: None for c, shape in asked.items() if c not in TOKENIZED and self._kind(c, shape) in NUMBERS}

    def _kind(self, column: str, shape: Shape) -> str:
        return shape.kind if shape.kind != "any" else kinds.by_name(column)

    def _column(self, column: str, kind: str | None, shape: Shape | None, count: int, salt: int) -> list[Any]:
        hints = self.run.hints
        if kind is None and groups.is_key(hints, column):  # the rows of one set are looked up in another
            column, shape, salt = groups.home(hints, column), groups.shape(hints, column), 0
        labels = hints.labels
        named = shape is not None and shape.kind in ("text", "float") and shape.values
        if (kind or kinds.by_name(column)) == "label" and labels and not named:
            if (shape is not None and shape.kind == "float") or labels == 1:
                return [rows.value(column, i, "float") for i in range(count)]
            return [i % labels for i in range(count)]
        if rows.learned_kind(self.run, column) == "text" and shape is not None and shape.kind == "messages":
            shape = None  # another script of the project makes a chat of it
        speakers = self.run.spec.learned.get("speakers")
        cells = [rows.spoken(rows.value(column, i + salt, kind, shape), speakers) for i in range(count)]
        return [rows.told(self.run, column, place, cell) for place, cell in enumerate(cells)]

    def _count(self, columns: dict[str, str | None], asked: dict[str, Shape]) -> int:
        times = min(int(self.run.spec.learned.get("rows", 1)), 8)
        found = {kind or kinds.by_name(column) for column, kind in columns.items()}
        found |= {asked[column].kind.removesuffix(" bytes") for column in columns if column in asked}
        if "heard" in found or any("video" in column.lower() for column in columns):
            return rows.HEARD_ROWS
        if found & {"audio", "wave"}:
            return rows.AUDIO_ROWS * min(times, 2)
        # loops that are not cut go through all of them, and may write an answer to each
        few = rows.few(self.run) or (times == 1 and self.run.spec.learned.get("whole loops"))
        if found & {"image", "images", "mask"}:
            return (rows.IMAGE_ROWS // 4 if few else rows.IMAGE_ROWS) * times
        return (rows.FEW_ROWS if few else rows.TEXT_ROWS) * times

    def _feature(self, kind: str, cells: list[Any], plain: Any) -> Any:
        """Columns of labels are ClassLabels with names, as on the hub; images are images. None where the plain feature
        does."""
        import datasets

        if kind.startswith("label") and cells and isinstance(cells[0], int) and not isinstance(cells[0], bool):
            return datasets.ClassLabel(names=[f"label_{i}" for i in range(max(cells) + 1)])
        if kind == "tags":
            return datasets.Sequence(datasets.ClassLabel(names=["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]))
        if kind == "objects" and "category" in plain:
            return {
                **plain,
                "category": datasets.Sequence(datasets.ClassLabel(names=[f"object_{i}" for i in range(5)])),
            }
        first = cells[0] if cells else None
        if kind == "images" and isinstance(first, list) and first and hasattr(first[0], "convert"):
            return datasets.Sequence(datasets.Image())
        return datasets.Image() if hasattr(first, "convert") else None

    def cell(self, column: str, index: int) -> Any:
        """A cell of a column that nothing but the script's use of it tells of."""
        self.run.neutral(f"column {column}: made up")
        kind = rows.learned_kind(self.run, column)
        return rows.told(self.run, column, index, rows.value(column, index, kind, self.run.hints.columns.get(column)))


def _prepared(columns: dict[str, str | None]) -> dict[str, str]:
    """Sounds that another script has made ready, and the tokens of what is said in them."""
    found = {c: PREPARED[c] for c, kind in columns.items() if c in PREPARED and kind is None}
    return {**found, "labels": "ints"} if found and "labels" in columns else found
