"""Small versions of packages that scripts work on tensors, texts and files with, where they are not installed."""

from __future__ import annotations

import pytest
import torch
from tests.runner.conftest import Run, absent, confirmed
from tests.runner.samples import KEPT

from lora_lint_runner.child.stand_in.libraries import einops

GRID = torch.arange(2 * 3 * 4 * 6).reshape(2, 3, 4, 6)
PATTERNS = {
    "b c (h p) (w q) -> b (h w) (p q c)": (2, 6, 12),
    "b c h w -> b (h w) c": (2, 24, 3),
    "... h w -> ... (h w)": (2, 3, 24),
    "b c ... -> b ... c": (2, 4, 6, 3),
}


@pytest.mark.parametrize(("pattern", "shape"), PATTERNS.items(), ids=PATTERNS.keys())
def test_axes_are_put_in_order_by_their_names(pattern: str, shape: tuple[int, ...]) -> None:
    sizes = {"p": 2, "q": 2} if "p" in pattern else {}
    there = einops.rearrange(GRID, pattern, **sizes)
    assert there.shape == shape
    left, right = pattern.split("->")
    known = {**sizes, "c": 3, "h": 2 if sizes else 4}
    assert torch.equal(einops.rearrange(there, f"{right} -> {left}", **known), GRID)


def test_axes_are_made_taken_together_and_copied() -> None:
    assert torch.equal(einops.repeat(GRID[0, 0], "h w -> h w 2")[..., 1], GRID[0, 0])
    assert einops.repeat(GRID[:, :, 0, 0], "b c -> (n b) c", n=3).shape == (6, 3)
    assert torch.equal(einops.reduce(GRID.float(), "b c h w -> b c", "mean"), GRID.float().mean((2, 3)))
    assert einops.reduce(GRID, "b c (h 2) w -> b c h w", "max").shape == (2, 3, 2, 6)
    assert einops.rearrange(GRID[:1], "1 c h w -> c h w").shape == (3, 4, 6)
    assert einops.rearrange([GRID, GRID], "n b c h w -> b n c h w").shape == (2, 2, 3, 4, 6)
    assert einops.rearrange(GRID.numpy(), "b c h w -> b c w h").shape == (2, 3, 6, 4)
    many = einops.einsum(GRID.float(), GRID.float(), "b c h w, b d h w -> b c d")
    assert many.shape == (2, 3, 3)


@pytest.mark.parametrize("pattern", ["b c h w -> b c", "b c (h 3) w -> b c h w"])
def test_what_does_not_fit_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"only on one side|can't divide"):
        einops.rearrange(GRID, pattern)


@pytest.mark.slow
@absent("einops", "jsonlines", "orjson", "joblib", "ftfy")
def test_a_script_has_all_of_them(run: Run) -> None:
    text = """\
import jsonlines, joblib, orjson
from einops.layers.torch import Rearrange
from ftfy import fix_text

with jsonlines.open("rows.jsonl") as reader:
    rows = [row["question"].strip() for row in reader]
assert len(rows) > 8 and fix_text(rows[0]) == rows[0]
with jsonlines.open("kept.jsonl", mode="w") as writer:
    writer.write_all({"text": row} for row in rows)
assert [row["text"] for row in jsonlines.open("kept.jsonl")] == rows
assert orjson.loads(orjson.dumps(rows, option=orjson.OPT_INDENT_2)) == rows
assert joblib.load(joblib.dump(rows, "rows.joblib")[0]) == rows
assert joblib.Parallel(n_jobs=4)(joblib.delayed(len)(row) for row in rows) == [len(row) for row in rows]
assert torch.nn.Sequential(Rearrange("b c h w -> b (h w) c"))(torch.zeros(1, 2, 3, 4)).shape == (1, 12, 2)
"""
    confirmed(run("import torch\n" + text + KEPT))


@absent("pycocotools")
def test_annotations_of_pictures_are_found_by_their_ids(run: Run) -> None:
    """Though a script beside it, or it itself, is called as a part of the package."""
    text = """\
from pycocotools.coco import COCO
from pycocotools.train import nothing_like_it
from PIL import Image

coco = COCO("annotations/train.json")
assert len(coco.getCatIds()) > 1 and len(coco.getImgIds()) == len(coco.imgs)
for image in coco.loadImgs(coco.getImgIds()[:3]):
    assert Image.open("images/" + image["file_name"]).size == (image["width"], image["height"])
    seen = coco.loadAnns(coco.getAnnIds(imgIds=image["id"]))
    assert seen and all(coco.annToMask(one).sum() == one["area"] for one in seen)
    assert {one["category_id"] for one in seen} <= set(coco.cats)
"""
    confirmed(run(text + KEPT))


@absent("webdataset")
def test_samples_of_archives_go_through_steps(run: Run) -> None:
    text = """\
import webdataset as wds

pairs = wds.WebDataset("shards/train-{000..019}.tar", shardshuffle=True).shuffle(9).decode("pil").to_tuple("jpg", "txt")
found = list(pairs.map_tuple(lambda image: image.size, str.strip))
assert len(found) > 8 and all(size == (64, 64) and text for size, text in found)
stages = [wds.SimpleShardList("shards/train-{000..019}.tar"), wds.split_by_node, wds.tarfile_to_samples()]
whole = wds.DataPipeline(*stages, wds.decode("torchrgb"), wds.rename(x="jpg;png", y="txt"), wds.batched(4))
batch = next(iter(wds.WebLoader(whole, batch_size=None, num_workers=2)))
assert batch["x"].shape == (4, 3, 64, 64) and len(batch["y"]) == 4
"""
    confirmed(run(text + KEPT))
