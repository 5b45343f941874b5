"""Model ids and model folders that are not on this machine: a tiny model of the same architecture, made when asked for.

The real `from_pretrained` runs, against a hub cache of the box that is filled at the moment an id is asked for. So ids,
`base_model_name_or_path`, PEFT's own look-ups and a second load of the same base behave as they do in real life.
"""

from __future__ import annotations

import contextlib
import glob
import json
import os
import re
from typing import Any

from ..context import Run
from . import family, snapshot

COMMIT = "0" * 40
HUB_ID = re.compile(r"^[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?$")
WEIGHTS = (".safetensors", ".bin", ".pt", ".pth", ".gguf", ".ckpt")
BIG = 64 * 1024 * 1024  # a local model above this is stood in for; a smaller one is loaded as it is
ADAPTER_ASKERS = ("PeftModel", "PeftMixedModel", "PeftConfig", "AutoPeftModel", "LoraConfig")


class Hub:
    """The stand-ins of one run, by id."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.root = run.box("hub")
        self.made: dict[str, family.Family] = {}
        self.mapped: dict[str, str] = {}
        self.busy = False

    def ensure(self, name: str | os.PathLike[str], asker: str | None = None, model: Any = None) -> str:
        """Makes what `name` stands for, if it isn't here: an id, or the path of a model folder. Returns the path or id
        to load from: the same name, but where a folder of the user's is too big to load."""
        name = os.fspath(name)
        if self.busy or not isinstance(name, str) or not name:
            return name
        if name in self.mapped:
            return self.mapped[name]
        if os.path.isdir(name):
            return self._shrunk(name, asker) if _heavy(name) else name
        if os.path.exists(name) or name in self.made:
            return name
        if HUB_ID.match(name) and not name.startswith("."):
            self._make(name, self._folder(name), asker, model)
            return name
        return self._missing_folder(name, asker, model)

    def _folder(self, name: str) -> str:
        repo = os.path.join(self.root, "models--" + name.replace("/", "--"))
        os.makedirs(os.path.join(repo, "refs"), exist_ok=True)
        with open(os.path.join(repo, "refs", "main"), "w", encoding="utf-8") as file:
            file.write(COMMIT)
        return os.path.join(repo, "snapshots", COMMIT)

    def _missing_folder(self, name: str, asker: str | None, model: Any) -> str:
        """A path that is not here. Before anything was trained it is an input that this machine lacks; afterwards it
        may be what the script believes to have saved, and then its absence is the script's."""
        if self.run.parts.get("trained"):
            return name
        target = self.run.parts["paths"].inside(name)
        self._make(name, target, asker, model)
        if os.path.abspath(name) != target:
            self.mapped[name] = target
        return self.mapped.get(name, name)

    def _shrunk(self, name: str, asker: str | None) -> str:
        target = os.path.join(self.run.box("models"), re.sub(r"\W+", "-", os.path.abspath(name)).strip("-"))
        self._make(name, target, asker, None, real=name)
        self.mapped[name] = target
        return target

    # -- making --------------------------------------------------------------------------------------------------------

    def _make(self, name: str, folder: str, asker: str | None, model: Any, *, real: str | None = None) -> None:
        """Writes the stand-in for `name` into a folder; `real` is the user's own folder that it stands for."""
        known = self._known(name, real)
        hints = self.run.hints
        learned = self.run.spec.learned.get("families", {}).get(name)
        kind = known.get("model_type") if known else None
        asked = family.Asked(asker if not _adapter(asker) else None, hints.classes, hints.modules, learned or kind)
        chosen = family.choose(name, asked)
        self.made[name] = chosen
        self.busy = True
        try:
            if _adapter(asker) or (asker is None and model is not None):
                self._adapter_snapshot(name, folder, chosen, asker, model)
                return
            made = snapshot.write(folder, name, chosen, asker, known if not learned else None)
        finally:
            self.busy = False
        size = f"{made.parameters / 1000:.0f} k weights"
        self.run.neutral(f"model {name}: a tiny random {made.architecture} ({size}; chosen by {chosen.why})")

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

    def _adapter_snapshot(self, name: str, folder: str, chosen: family.Family, asker: str | None, model: Any) -> None:
        """A finished adapter with weights that do something, for the model at hand or for a base of its own."""
        import copy

        import torch
        from peft import LoraConfig, get_peft_model

        base_name = f"{name}-base"
        if model is None:
            auto = "AutoModelForSequenceClassification" if "SequenceClassification" in (asker or "") else None
            auto = "AutoModelForSeq2SeqLM" if "Seq2Seq" in (asker or "") else auto or "AutoModelForCausalLM"
            place = self._folder(base_name)
            asked = family.Asked(auto, self.run.hints.classes, self.run.hints.modules)
            chosen = family.choose(name, asked)
            snapshot.write(place, base_name, chosen, auto, None)
            self.made[base_name] = chosen
            import transformers

            # the class itself, not the wrapped one: this load is ours
            base = getattr(transformers, auto).from_pretrained(place)
            base.config._name_or_path = base_name
            snapshot.words(folder, chosen.model_type, name)
        else:
            base = copy.deepcopy(model.get_base_model() if hasattr(model, "get_base_model") else model)
        targets = sorted(
            m for m in self.run.hints.modules if any(n.split(".")[-1] == m for n, _ in base.named_modules())
        )
        config = LoraConfig(r=8, lora_alpha=16, target_modules=targets or "all-linear", task_type=_task(base))
        with snapshot.seeded(name):
            wrapped = get_peft_model(base, config)
            with torch.no_grad():
                for key, weight in wrapped.named_parameters():
                    if "lora_B" in key:
                        weight.normal_(std=0.02)
            wrapped.save_pretrained(folder)
        self.run.neutral(f"adapter {name}: a random LoRA for {type(base).__name__}")


def _task(model: Any) -> str | None:
    name = type(model).__name__
    for words, task in (
        ("CausalLM", "CAUSAL_LM"), ("LMHead", "CAUSAL_LM"), ("SequenceClassification", "SEQ_CLS"),
        ("TokenClassification", "TOKEN_CLS"), ("QuestionAnswering", "QUESTION_ANS"),
    ):  # fmt: skip
        if words in name:
            return task
    return "SEQ_2_SEQ_LM" if getattr(model.config, "is_encoder_decoder", False) and "Whisper" not in name else None


def _adapter(asker: str | None) -> bool:
    return asker is not None and asker.startswith(ADAPTER_ASKERS)


def _heavy(folder: str) -> bool:
    """Is this a model folder with more weights than a smoke run should load?"""
    if not os.path.isfile(os.path.join(folder, "config.json")):
        return False
    with contextlib.suppress(OSError):
        return sum(e.stat().st_size for e in os.scandir(folder) if e.name.endswith(WEIGHTS)) > BIG
    return False


# -- patches -----------------------------------------------------------------------------------------------------------

DROPPED = (
    "device_map", "max_memory", "offload_folder", "offload_state_dict", "quantization_config", "load_in_8bit",
    "load_in_4bit", "revision", "token", "use_auth_token", "cache_dir", "force_download", "resume_download",
    "local_files_only", "variant", "trust_remote_code", "proxies", "from_tf", "from_flax", "use_safetensors",
    "low_cpu_mem_usage", "code_revision", "mirror", "tp_plan", "gguf_file", "device", "use_flash_attention_2",
)  # fmt: skip
SAID = {
    "device_map": "device_map: on the CPU",
    "quantization_config": "quantization: the weights stay in 32 bit",
    "load_in_8bit": "quantization: the weights stay in 32 bit",
    "load_in_4bit": "quantization: the weights stay in 32 bit",
}
HOMES: dict[str, tuple[str, ...]] = {
    "transformers.modeling_utils": ("PreTrainedModel",),
    "transformers.configuration_utils": ("PreTrainedConfig", "PretrainedConfig"),
    "transformers.tokenization_utils_base": ("PreTrainedTokenizerBase",),
    "transformers.processing_utils": ("ProcessorMixin",),
    "transformers.image_processing_base": ("ImageProcessingMixin",),
    "transformers.feature_extraction_utils": ("FeatureExtractionMixin",),
    "transformers.generation.configuration_utils": ("GenerationConfig",),
    "transformers.models.auto.configuration_auto": ("AutoConfig",),
    "transformers.models.auto.tokenization_auto": ("AutoTokenizer",),
    "transformers.models.auto.processing_auto": ("AutoProcessor",),
    "transformers.models.auto.image_processing_auto": ("AutoImageProcessor",),
    "transformers.models.auto.feature_extraction_auto": ("AutoFeatureExtractor",),
    "peft.config": ("PeftConfigMixin",),
    "peft.auto": ("_BaseAutoPeftModel",),
}


def install(run: Run) -> None:
    """Puts the wrappers around every `from_pretrained` of transformers and PEFT, and around the hub's downloads."""
    hub = Hub(run)
    run.parts["hub"] = hub
    patches = run.patches

    for home, classes in HOMES.items():

        @patches.after(home)
        def loaders(module: Any, classes: tuple[str, ...] = classes) -> None:
            for cls in {id(c): c for c in (getattr(module, n, None) for n in classes) if c is not None}.values():
                patches.replace(cls, "from_pretrained", lambda real: _loading(run, hub, real))

    @patches.after("transformers.models.auto.modeling_auto")
    def autos(module: Any) -> None:
        # each Auto class holds a copy of from_pretrained of its own
        for cls in [c for c in vars(module).values() if isinstance(c, type) and "from_pretrained" in vars(c)]:
            patches.replace(cls, "from_pretrained", lambda real: _loading(run, hub, real))

    @patches.after("peft.peft_model")
    def adapters(module: Any) -> None:
        patches.replace(module.PeftModel, "from_pretrained", lambda real: _loading_adapter(hub, real))
        patches.replace(module.PeftModel, "load_adapter", lambda real: _adding_adapter(hub, real))

    @patches.after("transformers.integrations.peft")
    def integration(module: Any) -> None:
        patches.replace(module.PeftAdapterMixin, "load_adapter", lambda real: _adding_adapter(hub, real))

    @patches.after("huggingface_hub.file_download")
    def downloads(module: Any) -> None:
        patches.replace(module, "hf_hub_download", lambda real: _downloading(run, hub, real))

    @patches.after("huggingface_hub._snapshot_download")
    def snapshots(module: Any) -> None:
        patches.replace(module, "snapshot_download", lambda real: _downloading(run, hub, real))

    @patches.after("huggingface_hub.constants")
    def constants(module: Any) -> None:
        module.HF_HUB_CACHE = module.HUGGINGFACE_HUB_CACHE = hub.root
        module.HF_HUB_OFFLINE = True


def prepared(run: Run, hub: Hub, asker: str, name: Any, options: dict[str, Any], model: Any = None) -> Any:
    """Makes what is asked for; takes the options out that only fit the real thing; the name to go on with."""
    found = hub.ensure(name, asker, model) if isinstance(name, (str, os.PathLike)) else name
    if hub.busy:
        return found
    for option in DROPPED:
        if option in options:
            if options.pop(option) and option in SAID:
                run.neutral(SAID[option])
    attention = options.get("attn_implementation")
    if attention in ("flash_attention_2", "flash_attention_3", "flex_attention"):
        options["attn_implementation"] = "sdpa"
        run.neutral(f"{attention}: sdpa")
    for option in ("torch_dtype", "dtype"):
        if option in options and not asker.endswith(("Tokenizer", "Processor", "Config")):
            options.pop(option)
            run.neutral("half precision: 32 bit on the CPU")
    return found


def _loading(run: Run, hub: Hub, real: Any) -> Any:
    def from_pretrained(cls: Any, *args: Any, **options: Any) -> Any:
        args, name = _name(args, options)
        if name is None or hub.busy:
            return real(cls, *args, **options)
        return real(cls, *_renamed(args, options, prepared(run, hub, cls.__name__, name, options)), **options)

    return from_pretrained


KEYS = ("pretrained_model_name_or_path", "model_id", "pretrained_model_name", "peft_model_id", "model_name_or_path")


def _name(args: tuple[Any, ...], options: dict[str, Any]) -> tuple[tuple[Any, ...], Any]:
    if args:
        return args, args[0]
    for key in KEYS:
        if key in options:
            return args, options[key]
    return args, None


def _renamed(args: tuple[Any, ...], options: dict[str, Any], name: Any) -> tuple[Any, ...]:
    if args:
        return (name, *args[1:])
    for key in KEYS:
        if key in options:
            options[key] = name
    return args


def _loading_adapter(hub: Hub, real: Any) -> Any:
    def from_pretrained(cls: Any, model: Any, model_id: Any, *args: Any, **options: Any) -> Any:
        for option in (
            "device_map",
            "torch_device",
            "token",
            "revision",
            "offload_folder",
            "max_memory",
            "torch_dtype",
        ):
            options.pop(option, None)
        found = hub.ensure(model_id, "PeftModel", model) if isinstance(model_id, (str, os.PathLike)) else model_id
        return real(cls, model, found, *args, **options)

    return from_pretrained


def _adding_adapter(hub: Hub, real: Any) -> Any:
    def load_adapter(self: Any, *args: Any, **options: Any) -> Any:
        for option in ("device_map", "torch_device", "token", "revision"):
            options.pop(option, None)
        if args and isinstance(args[0], (str, os.PathLike)):
            args = (hub.ensure(args[0], "PeftModel", self), *args[1:])
        else:
            for key in ("model_id", "peft_model_id"):
                if isinstance(options.get(key), (str, os.PathLike)):
                    options[key] = hub.ensure(options[key], "PeftModel", self)
        return real(self, *args, **options)

    return load_adapter


def _downloading(run: Run, hub: Hub, real: Any) -> Any:
    """Downloads come from the box. What is asked for by other libraries than those above is made here."""

    def download(repo_id: Any, *args: Any, **options: Any) -> Any:
        if options.get("repo_type") in (None, "model") and isinstance(repo_id, str):
            hub.ensure(repo_id)
        options.update(cache_dir=hub.root, local_files_only=True, revision=None, force_download=False, token=None)
        options.pop("resume_download", None)
        return real(repo_id, *args, **options)

    return download
