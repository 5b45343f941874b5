"""Model ids and model folders that are not on this machine: a tiny model of the same architecture, made when asked for.

They lie in a hub cache of the box, from which the real `from_pretrained` loads. So ids, `base_model_name_or_path`,
PEFT's own look-ups and a second load of the same base behave as they do in real life.
"""

from __future__ import annotations

import contextlib
import glob
import json
import os
import re
from typing import Any, NamedTuple

from ...context import Run
from . import adapters, family, folders, snapshot

COMMIT = "0" * 40
HUB_ID = re.compile(r"^[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?$")
SECOND_CHOICES = 3
LOADABLE = {
    "config.json", "adapter_config.json", "model_index.json", "tokenizer.json", "tokenizer_config.json", "vocab.json",
    "preprocessor_config.json", "processor_config.json", "generation_config.json", "vocab.txt", "scheduler_config.json",
    "unet", "transformer", "vae", "text_encoder",
}  # fmt: skip


class NoStandIn(Exception):
    """An architecture of which no tiny model could be built; the text says which, and why."""


class Asked(NamedTuple):
    """Who asks for an id: a class by name, for a sub-folder, from a library of pipelines, with a model at hand."""

    asker: str | None = None
    part: str | None = None
    pipelines: bool = False
    model: Any = None


NOBODY = Asked()


class Hub:
    """The stand-ins of one run, by id."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.root = run.box("hub")
        self.made: dict[str, family.Family] = {}
        self.parts: set[tuple[str, str | None]] = set()
        self.places: dict[str, str] = {}
        self.mapped: dict[str, str] = {}
        self.busy = False

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
            if self._goes_with_the_real(name, asked):
                return self._like(name, asked)
            return self.run.paths.reading(name) if _words(asked) else name  # they are read by Rust, past our open()
        pushed = os.path.join(self.run.spec.box, "pushed", name.replace("/", "--"))
        if os.path.isdir(pushed):
            self._with_words(name, pushed, asked)
            return pushed
        if os.path.exists(name) or self._is_made(name, asked):
            return self.mapped.get(name, name)
        if HUB_ID.match(name) and not self._own_output(name):
            self._make(name, self._folder(name), asked)
            return name
        return self._missing_folder(name, asked)

    def _goes_with_the_real(self, folder: str, asked: Asked) -> bool:
        """Is this an adapter of the user's for a model of another size? One that the run has saved never is, whatever
        the form of its tensors (BD-LoRA's are narrower than their layers)."""
        path, box = os.path.realpath(folder), os.path.realpath(self.run.spec.box)
        users = not path.startswith(box + os.sep) or path in map(os.path.realpath, self.run.met.adapters_before)
        small = users and self.run.met.tiny and asked.model is not None
        return small and adapters.of_another_size(folder, asked.model)

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

    def _folder(self, name: str) -> str:
        repo = os.path.join(self.root, "models--" + name.replace("/", "--"))
        os.makedirs(os.path.join(repo, "refs"), exist_ok=True)
        with open(os.path.join(repo, "refs", "main"), "w", encoding="utf-8") as file:
            file.write(COMMIT)
        return os.path.join(repo, "snapshots", COMMIT)

    def _missing_folder(self, name: str, asked: Asked) -> str:
        """A path that is not here. Before anything was trained it is an input that this machine lacks; afterwards it
        may be what the script believes to have saved, and then its absence is the script's."""
        if self.run.met.trained:
            return self._last_checkpoint(name) or name
        target = self.run.paths.inside(name)
        self._make(name, target, asked)
        if os.path.abspath(name) != target:
            self.mapped[name] = target
        return self.mapped.get(name, name)

    def folder_there(self, name: str) -> None:
        """Makes the folder of a model that a script looks into."""
        if not os.path.exists(name):
            self._make(name, self.run.paths.inside(name), Asked("AutoModelForCausalLM"))

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
        self._make(name, target, asked, real=name)
        self.mapped[name] = target
        return target

    def _like(self, name: str, asked: Asked) -> str:
        """In the place of an adapter of the user's, which goes with the real model: one for the tiny one. A script may
        save another one under its name later, so that is not remembered."""
        target = os.path.join(
            self.run.box("models"), "adapter-" + re.sub(r"\W+", "-", os.path.abspath(name)).strip("-")
        )
        if not os.path.isdir(target):
            self._make(name, target, asked, real=name)
        return target

    # -- making --------------------------------------------------------------------------------------------------------

    def _make(self, name: str, folder: str, asked: Asked, real: str | None = None) -> None:
        self.places[name] = folder
        self.busy = True
        try:
            if self._of_pipeline(name, asked):
                self._pipeline(name, folder, asked)
            elif adapters.asks_for_adapter(asked.asker) or (asked.asker is None and asked.model is not None):
                self._adapter(name, folder, asked, real)
            else:
                self._model(name, folder, asked, real)
        finally:
            self.busy = False

    def _of_pipeline(self, name: str, asked: Asked) -> bool:
        from . import diffusion

        if "diffusers" not in self.run.hints.roots and not asked.pipelines:
            return False
        return asked.pipelines or asked.part in diffusion.PARTS or (asked == NOBODY and diffusion.known(name))

    def _pipeline(self, name: str, folder: str, asked: Asked) -> None:
        from . import diffusion

        try:
            chosen = diffusion.choose(name, asked.asker, self.run.hints.classes, self.run.hints.strings)
            made = diffusion.write(folder, name, chosen, asked.part, asked.asker)
        except Exception as error:
            raise NoStandIn(f"there is no stand-in for {name} ({asked.asker}): {error}") from error
        self.parts.add((name, asked.part))
        self.run.met.tiny = True
        self.run.neutral(f"model {name}: tiny random parts of a {chosen['pipeline']} ({', '.join(made)})")

    def _model(self, name: str, folder: str, asked: Asked, real: str | None) -> None:
        known = self._known(name, real)
        made, chosen = self._built(name, folder, asked.asker, known)
        self.made[name] = chosen
        size = f"{made.parameters / 1000:.0f} k weights"
        if wide := self.run.spec.learned.get("wide"):
            size += f", up to {wide} wide, as the script has it"
        self.run.met.tiny = True
        self.run.neutral(f"model {name}: a tiny random {made.architecture} ({size}; chosen by {chosen.why})")

    def _built(
        self, name: str, folder: str, asker: str | None, known: dict[str, Any] | None
    ) -> tuple[snapshot.Made, family.Family]:
        """The first family of which a tiny model can be built. Raises NoStandIn."""
        learned = self.run.spec.learned.get("families", {}).get(name)
        kind = known.get("model_type") if known else None
        asked = family.Asked(asker, self.run.hints.classes, self.run.hints.modules, learned or kind)
        chosen = family.choose(name, asked)
        others = [
            family.Family(k, "the class that loads it")
            for k in (*family.only_text(chosen.model_type, asked), *family.candidates(asked))
            if k != chosen.model_type
        ]
        room = int(self.run.spec.learned.get("room", 0))
        deep = bool(self.run.spec.learned.get("deep")) or self.run.hints.names_layers
        first: Exception | None = None
        for kin in [chosen, *others[:SECOND_CHOICES]]:
            try:
                real = known if kin is chosen and not learned else None
                if window := self.run.spec.learned.get("window"):
                    real = {**(real or {}), **window}
                classes, wide = self.run.hints.classes, int(self.run.spec.learned.get("wide", 0))
                tells = any("Classification" in c for c in (asker or "", *classes))
                labels = family.head_of(name) if tells else None
                labels = self.run.hints.labels if labels == 0 else labels
                return snapshot.write(folder, name, kin, asker, real, room, deep, classes, wide, labels), kin
            except Exception as error:
                first = first or error
        why = str(first).strip().splitlines() or [type(first).__name__]
        raise NoStandIn(f"there is no stand-in for {name} ({chosen.model_type}): {why[0][:200]}") from first

    def _known(self, name: str, folder: str | None) -> dict[str, Any] | None:
        """The real config.json of an id: from the user's own cache, or from the model's folder."""
        places = [os.path.join(folder, "config.json")] if folder else []
        if self.run.spec.hub_cache and HUB_ID.match(name):
            repo = "models--" + name.replace("/", "--")
            places += sorted(glob.glob(os.path.join(self.run.spec.hub_cache, repo, "snapshots", "*", "config.json")))
        for place in places:
            with contextlib.suppress(OSError, ValueError), open(place, encoding="utf-8") as file:
                found = json.load(file)
                if isinstance(found, dict) and found.get("model_type"):
                    return found
        return None

    def _adapter(self, name: str, folder: str, asked: Asked, real: str | None) -> None:
        """An adapter for the model at hand, or for a base of its own."""
        import copy

        if self.run.met.trained:
            self.run.met.adapters_after.append(name)
        model = asked.model
        if model is not None:
            base = copy.deepcopy(model.get_base_model() if hasattr(model, "get_base_model") else model)
        else:
            base = self._base_of(name, folder, asked.asker)
        adapters.write(self.run, folder, name, base, real)
        family_name = getattr(getattr(base, "config", None), "model_type", None)
        if model is not None and family_name and hasattr(base, "get_input_embeddings"):
            with contextlib.suppress(Exception):  # many keep their tokenizer beside the adapter; not all have words
                snapshot.words(folder, family_name, name)
                snapshot.senses(folder, family_name, name, base.config)
        _note_absent(folder, "config.json")
        self.made[name] = family.Family(str(getattr(getattr(base, "config", None), "model_type", "")), "its base")

    def adapter_in(self, name: str, part: str, model: Any) -> str | None:
        """An adapter in a sub-folder of a repository, which holds a model besides; where it lies. PEFT itself does not
        find such a one without the network."""
        home = self.places.get(name)
        if home is not None and not os.path.isdir(os.path.join(home, part)):
            self._make(name, os.path.join(home, part), Asked("PeftModel", model=model))
            self.places[name] = home
        return None if home is None else os.path.join(home, part)

    def _reloaded(self, name: str) -> Any:
        import transformers

        base = getattr(transformers, folders.architecture(self.places[name])).from_pretrained(self.places[name])
        base.config._name_or_path = name
        return base

    def _base_of(self, name: str, folder: str, asker: str | None) -> Any:
        import transformers

        loaded = next((n for n in self.made if os.path.isfile(os.path.join(self.places[n], "config.json"))), None)
        if loaded is not None:  # as the script's own adapters, it goes with the model that the script works on
            return self._reloaded(loaded)
        base_name = f"{name}-base"
        auto = adapters.auto_class(asker)
        place = self._folder(base_name)
        _, chosen = self._built(base_name, place, auto, None)
        self.made[base_name], self.places[base_name] = chosen, place
        base = getattr(transformers, auto).from_pretrained(place)
        base.config._name_or_path = base_name
        snapshot.words(folder, chosen.model_type, name)
        return base


def _words(asked: Asked) -> bool:
    """Is a tokenizer asked for?"""
    return (asked.asker or "").endswith(("Tokenizer", "TokenizerFast", "Processor"))


def _note_absent(snapshot_folder: str, filename: str) -> None:
    """Notes in the hub's cache that a repository has no such file. What is not noted, its client wants to look up."""
    repository = os.path.dirname(os.path.dirname(snapshot_folder))
    there = os.path.exists(os.path.join(snapshot_folder, filename))  # a model and its adapter under one name
    if os.path.basename(repository).startswith("models--") and not there:
        absent = os.path.join(repository, ".no_exist", COMMIT, filename)
        os.makedirs(os.path.dirname(absent), exist_ok=True)
        with open(absent, "wb"):
            pass
