"""How the names of files end that are made up, by what they hold."""

from __future__ import annotations

import os
import re

FASTA = (".fasta", ".fa", ".faa")
TEXTS = (
    ".txt", ".text", ".log", ".key", ".md", ".prompt", ".tmpl", ".dat", ".lst", ".tok", ".src", ".tgt", ".trg", ".en",
    ".de", ".fr", ".es", ".zh", ".conll", ".conllu", ".iob", ".iob2", ".bio",
)  # fmt: skip
BY_ARROW = (".parquet", ".feather")
ARFF = ".arff"
STRUCTURED = (".jsonl", ".ndjson", ".json", *BY_ARROW, ".pkl", ARFF)
SHEETS = (".xlsx", ".xls")  # as text, which pandas is made to read
ROWS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", *BY_ARROW, ARFF, *SHEETS, *TEXTS, *FASTA)
VIDEOS = (".mp4", ".avi", ".mov", ".mkv", ".webm")
PICTURES = (
    ".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm", ".jfif", ".heic", ".avif",
    *VIDEOS,
)  # fmt: skip  # also those that move
SOUNDS = (".wav", ".flac", ".mp3", ".ogg", ".m4a")
ARRAYS = (".npz", ".npy", ".h5", ".hdf5")
XML = (
    ".xml", ".tmx", ".tbx", ".xlf", ".xliff", ".tei", ".rss", ".atom", ".gpx", ".kml", ".fb2", ".musicxml", ".mei",
    ".rdf",
)  # fmt: skip
WRITTEN = (".srt", ".vtt", ".mbox", ".eml", ".html", ".htm")
DATA = (*ROWS, *PICTURES, *SOUNDS, *ARRAYS, *WRITTEN)
PACKED = {".gz": "gzip", ".bz2": "bz2", ".xz": "lzma", ".zip": "zipfile"}
CLASS = "<class>"  # a folder for each class
CLASSES = ("0", "1")
GROUP = "<group>"  # a folder that holds such folders: of a site, a speaker, a day
GROUPS = ("0", "1", "2")
NUMBERED = re.compile(r"\.\d+([-_b].*)?$")


def suffix_of(path: str) -> str:
    """What a file holds, by its name; of one that is packed, what is packed in it. The numbers of a release
    (`llama-3.1-8b`) are none."""
    stem, suffix = os.path.splitext(path.lower())
    found = os.path.splitext(stem)[1] if suffix in PACKED else suffix
    return "" if NUMBERED.match(found) else found
