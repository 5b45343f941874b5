"""Values for arguments that a script needs and nobody gave: by choices, type and name, and by what the script compares
them with."""

from __future__ import annotations

import os
import re
import typing
from typing import Any

from ...carried import carried
from ...context import Run
from ...reading.files.elements import Elements
from ..ids import ADAPTER_ID, DATA_ID, MODEL_ID
from ..made_up import suffixes
from ..made_up.files import forms, settings, tables

MODEL = re.compile(r"model|base|checkpoint|ckpt|pretrained|backbone|tokenizer|llm|(^|_)name_or_path$", re.I)
OUT = re.compile(r"out|save|dest|target_dir|log|result|export|merged", re.I)
INPUT = re.compile(
    r"data|(?<!pre)train|valid|eval|test|file|path|csv|json|corpus|input|manifest|annotation|metadata|caption|prompts$",
    re.I,
)
SETTINGS = re.compile(
    r"(^|_)((config|configs|cfg|settings|recipe|yaml)(_?(file_?path|file|path|name))?|(args|arguments|hparams|params)_(file|path))$",
    re.I,
)
ADAPTER = re.compile(r"adapter|lora_(path|dir|weights|model)|peft", re.I)
NAMED = re.compile(r"(^|_)(name|id|tag|project|run)$", re.I)
DATA_SET = re.compile(r"^dataset$|dataset_?(name|id|repo)|hub_dataset|hf_dataset", re.I)
TARGETS = re.compile(r"target_?modules$", re.I)  # those of trl take a word for all of them
SMALL = re.compile(r"lr|rate|alpha|dropout|decay|ratio|weight|threshold|temperature|smoothing|factor|epsilon", re.I)
COUNT = re.compile(r"num|steps|epochs?|size|length|rank|seed|count|(^|_)(n|r|k)$", re.I)
LENGTH = re.compile(r"length|(^|_)len$|max_seq|max_len|tokens|context", re.I)
IMAGES = re.compile(r"ima?ge?|photo|pict|frames?|instance_data", re.I)
SOUNDS = re.compile(r"audio|wav|speech|sound|voice", re.I)
TELLING = (MODEL, OUT, INPUT, SETTINGS, ADAPTER, DATA_SET)
PARSED = {"parse_json_file", "parse_yaml_file"}  # what transformers' HfArgumentParser makes of a file, of its fields
TRUTHS = ("string_to_bool", "str_to_bool", "str2bool", "strtobool", "parse_bool")
PICTURES = 8
FORMS = {"parquet": "parquet", "csv": "csv", "table": "tsv", "text": "txt"}  # by what follows `read_` or `from_`
UNPACKING = {"tarfile": ".tar.gz", "zipfile": ".zip"}
SUFFIXES = ("json", "jsonl", "csv", "tsv", "txt", "parquet")


def is_switch(kind: Any) -> bool:
    """Is it the type of what is on or off; also as HfArgumentParser of transformers and others read it?"""
    return kind is bool or getattr(kind, "__name__", "").strip("_") in TRUTHS


class Filler:
    """Makes up values of one run. `options` are the arguments that the script knows of, by name, with their values."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.options: dict[str, Any] = {}
        self.given: set[str] = set()
        self.settings: list[str | None] = []  # what was found or made for all that ask for a file of settings

    def value(self, name: str, kind: Any = None, choices: Any = None) -> Any:
        """A value for an argument, as text unless `kind` is bool. None where only the user can know it."""
        words = name.strip("-").replace("-", "_")
        compared = self.run.hints.compared.get(words, ())
        if words in self.run.spec.learned.get("values", {}):
            return self.run.spec.learned["values"][words]
        if words in self.run.spec.learned.get("file arguments", ()):
            return self.data(words)
        if choices:
            return self.chosen(choices, compared)
        if is_switch(kind):
            return True
        if kind is int:
            return "128" if LENGTH.search(words) else "2"
        if kind is float:
            return "0.001"
        if typing.get_origin(kind) is dict or kind is dict:
            return None  # no word of a command line is one
        if SETTINGS.search(words):
            return self._one_for_all() or (self.data(words) if PARSED & self.run.hints.attributes else None)
        if compared:
            return self.chosen(compared, ())
        return self._by_name(words)

    def _by_name(self, words: str) -> str:
        if DATA_SET.search(words):
            return self.data(words) if self.run.spec.learned.get("data files") else DATA_ID
        if TARGETS.search(words):
            return "all-linear"
        if NAMED.search(words) and not MODEL.search(words):
            return "stand-in"
        if ADAPTER.search(words) and not OUT.search(words):
            return ADAPTER_ID
        if OUT.search(words):
            return os.path.join("lora-lint-run", re.sub(r"\W", "-", words))
        if MODEL.search(words) and not INPUT.search(words.replace("path", "")):
            return MODEL_ID
        if INPUT.search(words):
            return self.data(words)
        if SMALL.search(words) or COUNT.search(words):
            return "0.001" if SMALL.search(words) else "2"
        known = next((v for p, v in settings.VALUES if isinstance(v, str) and re.search(p, words.lower())), None)
        return known or f"stand-in-{words}"

    def knows(self, name: str) -> bool:
        """Does the name tell anything of the value?"""
        words = name.strip("-").replace("-", "_")
        return bool(self.run.hints.compared.get(words)) or any(p.search(words) for p in TELLING)

    def wants(self, name: str) -> bool:
        """Did an earlier attempt find out that the script needs this argument, though it does not say so?"""
        learned, words = self.run.spec.learned, name.strip("-").replace("-", "_")
        return words in learned.get("arguments", ()) and words not in learned.get("not", ())

    def lets_go(self, name: str) -> bool:
        """Is this switch to be off, for a way that the script does not take with it?"""
        return name.strip("-").replace("-", "_") in self.run.spec.learned.get("off", ())

    def said(self, name: str, value: Any) -> None:
        self.given.add(name.strip("-").replace("-", "_"))
        self.run.neutral(f"argument {name} is required and was not given: {value}")

    def chosen(self, choices: Any, compared: Any) -> str:
        """Of several the one that sounds like training with an adapter."""
        found = [str(getattr(c, "value", c)) for c in choices]
        likely = [c for word in ("lora", "train", "sft", "peft") for c in found if word in c.lower()]
        return next(iter([c for c in likely if not compared or c in compared] or likely or found))

    def data(self, name: str, suffix: str | None = None) -> str:
        """A file with made-up rows in the box, in the form that `suffix`, else the name or the script's reading
        suggests."""
        self.run.met.made_up_for.append(name)
        suffix = suffix or self._suffix(name)
        if re.search(r"(^|_)(dir|folder|root)$", name, re.I):
            return self.folder(name, suffix)
        path = os.path.join(self.run.box("made-up"), f"{name}.{suffix}")
        below = os.path.join(carried(self.run, path), "")
        if any(file.startswith(below) for file in self.run.spec.learned.get("files", ())):
            os.makedirs(path, exist_ok=True)  # an earlier attempt looked for a file in it
        if os.path.exists(path):  # or it is being made: a record of settings may name itself
            return path
        tables.make(self.run, path)
        return path

    def folder(self, name: str, suffix: str | None = None) -> str:
        """A folder with made-up pictures or sounds in the box, else with a file of made-up rows."""
        folder = self.run.box("made-up", name)
        kind = "png" if self.run.spec.learned.get("pictures") else self._media(name)
        if not kind:
            tables.write_rows(self.run, os.path.join(folder, f"train.{suffix or self._suffix(name)}"))
            return folder
        classes = suffixes.CLASSES if {"imagefolder", "audiofolder"} & self.run.hints.strings else ("",)
        for inner in (os.path.join(folder, part) for part in classes):
            for place in range(PICTURES):
                forms.write(os.path.join(inner, f"{place}.{kind}"), [], kind)
        return folder

    def pattern(self, name: str) -> str:
        """One that finds files of data, of the kind that the script unpacks, else reads."""
        packed = next((suffix for package, suffix in UNPACKING.items() if package in self.run.hints.roots), None)
        return os.path.join(f"stand-in-{name.replace('_', '-')}", f"*{packed or '.' + self._suffix(name)}")

    def _media(self, name: str) -> str | None:
        """Is it a folder of images or sounds, by its name and by what the script makes of it?"""
        strings = self.run.hints.strings
        if IMAGES.search(name) or "imagefolder" in strings:
            return "png"
        if SOUNDS.search(name) or "audiofolder" in strings:
            return "wav"
        asked = [
            s for s in (*suffixes.ROWS, *suffixes.PICTURES, *suffixes.SOUNDS) if any(t.endswith(s) for t in strings)
        ]
        return asked[0][1:] if asked and not set(asked) & set(suffixes.ROWS) else None

    def _suffix(self, name: str) -> str:
        for asked in (self.run.hints.compared.get(word, ()) for word in ("extension", "ext", "suffix")):
            known = [s for s in (value.lstrip(".") for value in asked) if s in SUFFIXES]
            if known:
                return "json" if "json" in known else known[0]
        form = self.run.hints.json_forms.get(f"{name}.*")
        table = self.run.hints.table_files.get(f"{name}.*")
        if table is not None and form is None:
            return table
        if f"{name}.*" in self.run.hints.xml_files:
            return "xml"
        learned = self.run.spec.learned
        if learned.get("suffix") or learned.get("whole_json"):
            return str(learned.get("suffix", "json"))
        if "fasta" in name.lower():
            return "fasta"  # whatever else is read as a table: what no other file is called by
        marked = [s for s in suffixes.XML if s[1:] in re.split(r"[_\W]", name.lower())]
        if marked and self.run.hints.elements != Elements():
            return marked[0][1:]  # the same, of a script that reads XML
        arrays = [s[1:] for s in suffixes.ARRAYS if s[1:] in re.split(r"[_\W]", name.lower())]
        if arrays:
            return arrays[0]  # the same, of arrays
        told = [s for s in SUFFIXES if s in re.split(r"[_\W]", name.lower())]
        if told and told[0] != "txt":  # whatever the other files are: `args.reports_jsonl` among tables
            return told[0]
        words = " ".join(self.run.hints.strings)
        read = self.run.hints.read & set(FORMS) - ({"text"} if form is not None else set())
        if "table" in read or len(read) == 1:
            return FORMS["table" if "table" in read else next(iter(read))]
        if form is not None and not read:
            return "json" if form else "jsonl"
        if "txt" in name or self._in_lines(f"{name}.*"):
            return "txt"
        if re.search(r"csv", name, re.I) or ("csv" in words and "json" not in words):
            return "csv"
        return "json" if "jsonl" not in words and ("json" in words or self.run.hints.whole_json) else "jsonl"

    def _in_lines(self, name: str) -> bool:
        """Is it a text whose lines the script takes apart by itself, and none of JSON?"""
        hints = self.run.hints
        known = hints.lines_of_files.get(name)
        return bool(known.names if known is not None else hints.lines.names and "json" not in hints.roots)

    def _one_for_all(self) -> str | None:
        """Looked for once: all that is read and asked of settings is gone through for it. While such are made up, they
        name none in turn."""
        if not self.settings:
            self.settings = [None]
            self.settings = [self._settings()]
        return self.settings[0]

    def _settings(self) -> str | None:
        """The project's own file of settings that knows most of the script's words, else, and where that lacked one of
        them, such as is made up."""
        path = settings.own(self.run) if not self.run.spec.learned.get("settings made") else None
        self.run.met.settings_given |= path is not None
        path = path or settings.made(self.run, os.path.join(self.run.box("made-up"), "settings.yaml"))
        return os.path.relpath(path, self.run.spec.cwd) if path is not None else None
