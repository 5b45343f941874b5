"""A small pycocotools: annotations in the form of COCO are read and found by their ids; masks are the boxes around
what is seen, and an evaluation comes to 0.5. As its own code (2.0) has the names."""

from __future__ import annotations

import json
from collections import defaultdict
from types import ModuleType
from typing import Any

from ...context import Run
from ..scoring import VALUE

STATS = 12  # numbers that an evaluation of boxes sums up


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple, set, range)) else [value]


class COCO:
    """Annotations, by picture and by category."""

    def __init__(self, annotation_file: Any = None) -> None:
        self.dataset: dict[str, Any] = {}
        if annotation_file is not None:
            with open(annotation_file, encoding="utf-8") as file:
                self.dataset = json.load(file)
        self.createIndex()

    def createIndex(self) -> None:
        """Sorts what there is by its ids."""
        self.imgs = {image["id"]: image for image in self.dataset.get("images", ())}
        self.cats = {kind["id"]: kind for kind in self.dataset.get("categories", ())}
        self.anns = {seen["id"]: seen for seen in self.dataset.get("annotations", ())}
        self.imgToAnns, self.catToImgs = defaultdict[Any, list[Any]](list), defaultdict[Any, list[Any]](list)
        for seen in self.anns.values():
            self.imgToAnns[seen["image_id"]].append(seen)
            if "category_id" in seen:
                self.catToImgs[seen["category_id"]].append(seen["image_id"])

    def getImgIds(self, imgIds: Any = (), catIds: Any = ()) -> list[Any]:
        found = _listed(imgIds) or list(self.imgs)
        kinds = _listed(catIds)
        return [i for i in found if not kinds or any(seen.get("category_id") in kinds for seen in self.imgToAnns[i])]

    def getCatIds(self, catNms: Any = (), supNms: Any = (), catIds: Any = ()) -> list[Any]:
        names, above, ids = _listed(catNms), _listed(supNms), _listed(catIds)
        kinds = [kind for kind in self.cats.values() if not names or kind["name"] in names]
        kinds = [kind for kind in kinds if not above or kind.get("supercategory") in above]
        return [kind["id"] for kind in kinds if not ids or kind["id"] in ids]

    def getAnnIds(self, imgIds: Any = (), catIds: Any = (), areaRng: Any = (), iscrowd: Any = None) -> list[Any]:
        pictures, kinds = _listed(imgIds), _listed(catIds)
        found = [seen for i in pictures for seen in self.imgToAnns[i]] if pictures else list(self.anns.values())
        found = [seen for seen in found if not kinds or seen.get("category_id") in kinds]
        return [seen["id"] for seen in found if iscrowd is None or seen.get("iscrowd", 0) == iscrowd]

    def loadImgs(self, ids: Any = ()) -> list[Any]:
        return [self.imgs[i] for i in _listed(ids)]

    def loadAnns(self, ids: Any = ()) -> list[Any]:
        return [self.anns[i] for i in _listed(ids)]

    def loadCats(self, ids: Any = ()) -> list[Any]:
        return [self.cats[i] for i in _listed(ids)]

    def loadRes(self, resFile: Any) -> COCO:
        """The same pictures: what was found on them is not looked at."""
        return self

    def annToMask(self, ann: Any) -> Any:
        """The box around it."""
        import numpy

        image = self.imgs[ann["image_id"]]
        found = numpy.zeros((image["height"], image["width"]), dtype="uint8")
        x, y, width, height = (round(side) for side in ann["bbox"])
        found[y : y + height, x : x + width] = 1
        return found

    def annToRLE(self, ann: Any) -> Any:
        return encode(self.annToMask(ann))

    def info(self) -> None: ...
    def showAnns(self, *args: Any, **options: Any) -> None: ...


class COCOeval:
    """An evaluation, of which nothing is known."""

    def __init__(self, cocoGt: Any = None, cocoDt: Any = None, iouType: str = "bbox") -> None:
        import numpy

        self.cocoGt, self.cocoDt, self.params = cocoGt, cocoDt, ModuleType("params")
        self.stats: Any = numpy.full(STATS, VALUE)
        self.eval: dict[str, Any] = {}
        self.evalImgs: list[Any] = []

    def evaluate(self) -> None: ...
    def accumulate(self, *args: Any) -> None: ...
    def summarize(self) -> None: ...


def encode(mask: Any) -> Any:
    """A mask, kept as it is."""
    import numpy

    found = numpy.asarray(mask)
    return {"size": list(found.shape[:2]), "counts": found.astype("uint8").tobytes()}


def decode(rle: Any) -> Any:
    import numpy

    one = rle[0] if isinstance(rle, list) else rle
    found = numpy.frombuffer(one["counts"], dtype="uint8").reshape(one["size"])
    return found[:, :, None] if isinstance(rle, list) else found


def area(rle: Any) -> Any:
    return decode(rle).sum()


def fill(module: ModuleType, run: Run) -> None:
    """Fills its modules."""
    inner = module.__name__.partition(".")[2]
    found: dict[str, dict[str, Any]] = {
        "coco": {"COCO": COCO},
        "cocoeval": {"COCOeval": COCOeval},
        "mask": {"encode": encode, "decode": decode, "area": area},
    }
    module.__dict__.update(found.get(inner, {}))
