"""Makes what an id or a model folder stands for: the tiny model of a family, the parts of a pipeline, an adapter."""

from __future__ import annotations

import contextlib
import glob
import json
import os
import re
from typing import Any, NamedTuple

from ...context import Run
from ...observe.state import base_of
from . import adapters, family, folders, model_names, snapshot

COMMIT = "0" * 40
HUB_ID = re.compile(r"^[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?$")
SECOND_CHOICES = 3


class NoStandIn(Exception):
    """An architecture of which no tiny model could be built; the text says which, and why."""


class Asked(NamedTuple):
    """Who asks for an id: a class by name, for a sub-folder, from a library of pipelines, with a model at hand; and for
    how many labels a head is, where the call says that."""

    asker: str | None = None
    part: str | None = None
    pipelines: bool = False
    model: Any = None
    labels: int | None = None


NOBODY = Asked()


class Maker:
    """What one run has made, by id, and where it lies."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.root = run.box("hub")
        self.made: dict[str, family.Family] = {}
        self.parts: set[tuple[str, str | None]] = set()
        self.places: dict[str, str] = {}
        self.busy = False

    def make(self, name: str, folder: str, asked: Asked, real: str | None = None) -> None:
        """Writes what `name` stands for into a folder. `real` is the folder of the real model, if it is here. Raises
        NoStandIn."""
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
            learned = self.run.spec.learned.get("config", {})
            made = diffusion.write(folder, name, chosen, asked.part, asked.asker, learned)
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
        self.run.neutral(
            f"model {self.shown(name)}: a tiny random {made.architecture} ({size}; chosen by {chosen.why})"
        )

    def shown(self, name: str) -> str:
        """A name as its user knows it: a folder of the project's as it is called there."""
        return self.run.code.named(name) if os.path.isabs(name) else name

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
                if asked_for := self.run.spec.learned.get("config"):
                    real = {**(real or {}), **asked_for}
                classes, wide = self.run.hints.classes, int(self.run.spec.learned.get("wide", 0))
                tells = any("Classification" in c for c in (asker or "", *classes))
                labels = model_names.head_of(name) if tells else None
                labels = self.run.hints.labels if labels == 0 else labels
                adapted = self.run.hints.modules
                return snapshot.write(folder, name, kin, asker, real, room, deep, classes, wide, labels, adapted), kin
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
        base = copy.deepcopy(base_of(model)) if model is not None else self._base_of(name, folder, asked)
        adapters.write(self.run, folder, self.shown(name), base, real)
        family_name = getattr(getattr(base, "config", None), "model_type", None)
        if model is not None and family_name and hasattr(base, "get_input_embeddings"):
            with contextlib.suppress(Exception):  # many keep their tokenizer beside the adapter; not all have words
                snapshot.words(folder, family_name, name)
                snapshot.senses(folder, family_name, name, base.config)
        _note_no_config(folder)
        self.made[name] = family.Family(str(getattr(getattr(base, "config", None), "model_type", "")), "its base")

    def folder(self, name: str) -> str:
        """Where an id lies in the hub cache of the run."""
        repo = os.path.join(self.root, "models--" + name.replace("/", "--"))
        os.makedirs(os.path.join(repo, "refs"), exist_ok=True)
        with open(os.path.join(repo, "refs", "main"), "w", encoding="utf-8") as file:
            file.write(COMMIT)
        return os.path.join(repo, "snapshots", COMMIT)

    def _reloaded(self, name: str) -> Any:
        import transformers

        base = getattr(transformers, folders.architecture(self.places[name])).from_pretrained(self.places[name])
        base.config._name_or_path = name
        return base

    def _base_of(self, name: str, folder: str, asked: Asked) -> Any:
        import transformers

        loaded = next((n for n in self.made if os.path.isfile(os.path.join(self.places[n], "config.json"))), None)
        if loaded is not None:  # as the script's own adapters, it goes with the model that the script works on
            return self._reloaded(loaded)
        base_name = f"{name}-base"
        loader = self._loader_of_bases(asked.asker)
        place = self.folder(base_name)
        _, chosen = self._built(base_name, place, loader, None)
        self.made[base_name], self.places[base_name] = chosen, place
        head = {"num_labels": asked.labels, "ignore_mismatched_sizes": True} if asked.labels else {}
        base = getattr(transformers, loader).from_pretrained(place, **head)
        base.config._name_or_path = base_name
        snapshot.words(folder, chosen.model_type, name)
        return base

    def _loader_of_bases(self, asker: str | None) -> str:
        """The class of the base that an adapter goes with of which only the config is asked for: the one that the
        script loads models by, if it has one, since it asks there for the name of the base next."""
        loaders = {c for c in self.run.hints.classes if family.loads(c)}
        of_config = (asker or "").endswith("Config") and len(loaders) == 1
        return loaders.pop() if of_config else adapters.auto_class(asker)


def _note_no_config(snapshot_folder: str) -> None:
    """Notes in the hub's cache that a repository has no config.json. What is not noted, its client wants to look up."""
    repository = os.path.dirname(os.path.dirname(snapshot_folder))
    there = os.path.exists(os.path.join(snapshot_folder, "config.json"))  # a model and its adapter under one name
    if os.path.basename(repository).startswith("models--") and not there:
        absent = os.path.join(repository, ".no_exist", COMMIT, "config.json")
        os.makedirs(os.path.dirname(absent), exist_ok=True)
        with open(absent, "wb"):
            pass
