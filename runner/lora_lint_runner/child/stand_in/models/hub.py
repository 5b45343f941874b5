"""Model ids and model folders that are not on this machine: a tiny model of the same architecture, made when asked for.

They lie in a hub cache of the box, from which the real `from_pretrained` loads. So ids, `base_model_name_or_path`,
PEFT's own look-ups and a second load of the same base behave as they do in real life.
"""

from __future__ import annotations

import glob
import os
import re
from typing import Any

from ...context import Run
from ...spec import PADS
from . import adapters, family, folders, model_names, snapshot
from .making import COMMIT, HUB_ID, NOBODY, Asked, Maker

LOADABLE = {
    "config.json", "adapter_config.json", "model_index.json", "tokenizer.json", "tokenizer_config.json", "vocab.json",
    "preprocessor_config.json", "processor_config.json", "generation_config.json", "vocab.txt", "scheduler_config.json",
    "unet", "transformer", "vae", "text_encoder",
}  # fmt: skip


class Hub(Maker):
    """The stand-ins of one run, by id."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.mapped: dict[str, str] = {}
        for entry in run.spec.learned.get("lacking", ()):
            if entry["kind"] == PADS:
                family.pads(entry["name"])

    def ensure(self, name: str | os.PathLike[str], asked: Asked = NOBODY) -> str:
        """Makes what `name` stands for, if it isn't here: an id, or the path of a model folder. Returns the path or id
        to load from: the same name, but where a folder is too big to load, or the script itself has pushed it."""
        name = os.fspath(name)
        if self.busy or not isinstance(name, str) or not name:
            return name
        if name in self.mapped and not asked.part:
            return self.mapped[name]
        if os.path.isdir(name):
            unfilled = folders.unfilled(name, self.run.spec.work, self.run.spec.home)
            if folders.heavy(name) or unfilled or self._bare(name, asked):
                return self._shrunk(name, asked)
            bare = adapters.asks_for_adapter(asked.asker) and adapters.without_weights(name)
            if (bare and not self.run.met.trained) or self._goes_with_the_real(name, asked):
                return self._like(name, asked)
            if self._turns_out_an_adapter(name, asked):
                self.make(name, name, asked)
            return self.run.paths.reading(name) if _words(asked) else name  # they are read by Rust, past our open()
        pushed = os.path.join(self.run.spec.box, "pushed", name.replace("/", "--"))
        if os.path.isdir(pushed):
            self._with_words(name, pushed, asked)
            return pushed
        if os.path.exists(name) or self._is_made(name, asked):
            return self.mapped.get(name, name)
        if HUB_ID.match(name) and not self._own_output(name):
            self.make(name, self.folder(name), asked)
            return name
        return self._missing_folder(name, asked)

    def _goes_with_the_real(self, folder: str, asked: Asked) -> bool:
        """Is this an adapter of the user's for a model of another size? One that the run has saved never is, whatever
        the form of its tensors (BD-LoRA's are narrower than their layers)."""
        path, box = os.path.realpath(folder), os.path.realpath(self.run.spec.box)
        users = not path.startswith(box + os.sep) or path in map(os.path.realpath, self.run.met.adapters_before)
        small = users and self.run.met.tiny and asked.model is not None
        return small and adapters.of_another_size(folder, asked.model)

    def _turns_out_an_adapter(self, folder: str, asked: Asked) -> bool:
        """Is this a folder that was made as one of a model, when its tokenizer was asked for, say?"""
        made = os.path.realpath(folder) in map(os.path.realpath, self.places.values())
        without = not os.path.isfile(os.path.join(folder, "adapter_config.json"))
        return made and without and adapters.asks_for_adapter(asked.asker) and not self.run.met.trained

    def _is_made(self, name: str, asked: Asked) -> bool:
        if name in self.made:
            # a tokenizer may have been asked for first, of what turns out to be an adapter
            alone = not adapters.asks_for_adapter(asked.asker)
            return alone or os.path.isfile(os.path.join(self.places[name], "adapter_config.json"))
        if asked == NOBODY:  # a download by a library that was itself asked with more words
            return any(made == name for made, _ in self.parts)
        return (name, None) in self.parts or (asked.part is not None and (name, asked.part) in self.parts)

    def _bare(self, folder: str, asked: Asked) -> bool:
        """A folder of which large files were left out, before anything was trained: what it has left loads nowhere."""
        here = set(os.listdir(folder))
        return asked.asker is not None and not self.run.met.trained and not here & LOADABLE

    def _with_words(self, name: str, folder: str, asked: Asked) -> None:
        """A tokenizer for what the script has pushed: pushes of tokenizers leave nothing here."""
        if _words(asked) and not os.path.isfile(os.path.join(folder, "tokenizer_config.json")):
            kind = next((f.model_type for f in self.made.values()), "llama")
            snapshot.words(folder, kind, name)

    def _own_output(self, name: str) -> bool:
        """Once there was a training, `out/adapter` is what the script believes to have written below its own `out`."""
        return bool(self.run.met.trained) and "/" in name and os.path.isdir(name.split("/")[0])

    def _missing_folder(self, name: str, asked: Asked) -> str:
        """A path that is not here. Before anything was trained it is an input that this machine lacks; afterwards it
        may be what the script believes to have saved, and then its absence is the script's."""
        if self.run.met.trained:
            return self._last_checkpoint(name) or name
        target = self.run.paths.inside(name)
        self.make(name, target, asked)
        if os.path.abspath(name) != target:
            self.mapped[name] = target
        return self.mapped.get(name, name)

    def folder_there(self, name: str) -> None:
        """Makes the folder of a model that a script looks into; of several revisions, as a cache has them, one."""
        if not os.path.exists(name):
            inner = os.path.join(name, COMMIT) if os.path.basename(name.rstrip("/")) == "snapshots" else name
            named = model_names.by_name(name) is not None  # its name says more than that it is a model
            self.make(inner, self.run.paths.inside(inner), NOBODY if named else Asked("AutoModelForCausalLM"))
            self.run.paths.there(inner)

    def _last_checkpoint(self, name: str) -> str | None:
        """The checkpoint that a training of few steps left in the place of one of many steps."""
        home, number = os.path.split(name.rstrip("/"))
        if not re.fullmatch(r"checkpoint-\d+", number):
            return None
        there = sorted(glob.glob(os.path.join(home, "checkpoint-*")), key=lambda p: (len(p), p))
        if there:
            self.run.neutral(f"{number}: {os.path.basename(there[-1])}, the last one of this run")
        return there[-1] if there else None

    def _shrunk(self, name: str, asked: Asked) -> str:
        target = os.path.join(self.run.box("models"), re.sub(r"\W+", "-", os.path.abspath(name)).strip("-"))
        self.make(name, target, asked, real=name)
        self.mapped[name] = target
        return target

    def _like(self, name: str, asked: Asked) -> str:
        """In the place of an adapter of the user's, which goes with the real model: one for the tiny one. A script may
        save another one under its name later, so that is not remembered."""
        target = os.path.join(
            self.run.box("models"), "adapter-" + re.sub(r"\W+", "-", os.path.abspath(name)).strip("-")
        )
        if not os.path.isdir(target):
            self.make(name, target, asked, real=name)
        return target

    def adapter_in(self, name: str, part: str, model: Any) -> str | None:
        """An adapter in a sub-folder of a repository, which holds a model besides; where it lies. PEFT itself does not
        find such a one without the network."""
        home = self.places.get(name)
        if home is not None and not os.path.isdir(os.path.join(home, part)):
            self.make(name, os.path.join(home, part), Asked("PeftModel", model=model))
            self.places[name] = home
        return None if home is None else os.path.join(home, part)


def _words(asked: Asked) -> bool:
    """Is a tokenizer asked for?"""
    return (asked.asker or "").endswith(("Tokenizer", "TokenizerFast", "Processor"))
