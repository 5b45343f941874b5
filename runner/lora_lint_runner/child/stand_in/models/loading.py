"""Every `from_pretrained` of transformers, PEFT and diffusers: what they ask for is made first.

Options that only fit the real thing (quantization, device maps, half precision) are taken out, and said.
"""

from __future__ import annotations

import importlib
import os
import re
from typing import Any

from ...context import Run
from ...spec import PASSED_OVER
from ..anything import Anything
from . import family, fetched, remote
from .adapter_loads import adding_adapter, loading_adapter
from .hub import Hub
from .inputs.senses import watch
from .making import Asked
from .model_names import by_name, is_remote
from .pipelines import interpolating, soon_done
from .quantized import ASKED, named, take

DROPPED = (
    "device_map", "max_memory", "offload_folder", "offload_state_dict", "quantization_config", "load_in_8bit",
    "load_in_4bit", "revision", "token", "use_auth_token", "cache_dir", "force_download", "resume_download",
    "local_files_only", "variant", "trust_remote_code", "proxies", "from_tf", "from_flax", "use_safetensors",
    "low_cpu_mem_usage", "code_revision", "mirror", "tp_plan", "gguf_file", "device", "use_flash_attention_2",
)  # fmt: skip
QUANTIZING = ("bnb_4bit_", "llm_int8_")  # settings of a quantization, which older releases took one by one
IN_32_BIT = "quantization: the weights stay in 32 bit"
SAID = {
    "device_map": "device_map: on the CPU",
    "quantization_config": IN_32_BIT,
    "load_in_8bit": IN_32_BIT,
    "load_in_4bit": IN_32_BIT,
}
OF_LABELS = ("num_labels", "id2label", "label2id")
SIZES = ("vocab_size", *OF_LABELS)  # of a head that the script makes anew
ONE_TAG = "tags of tokens: two, as the made-up rows had only one, of which nothing is to be learned"
SHAPING = ("add_pooling_layer", "ignore_mismatched_sizes")  # what a reload has to say again, as no config holds it
WITHOUT_A_NAME = {"config", "state_dict", "gguf_file", "weights"}  # what a model can be made of that has no name
ON_GPU = (
    "enable_xformers_memory_efficient_attention", "set_use_memory_efficient_attention_xformers",
    "enable_model_cpu_offload", "enable_sequential_cpu_offload",
)  # fmt: skip
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
OF_A_GPU = re.compile(r"flash|flex|sage|paged|/")  # attention, also by a kernel that lies on the hub


def install(run: Run) -> None:
    """Puts the wrappers around every `from_pretrained` of transformers and PEFT, and around the hub's downloads."""
    hub = Hub(run)
    run.hub = hub
    patches = run.patches

    for home, classes in HOMES.items():

        @patches.after(home)
        def loaders(module: Any, classes: tuple[str, ...] = classes) -> None:
            for cls in {id(c): c for c in (getattr(module, n, None) for n in classes) if c is not None}.values():
                patches.replace(cls, "from_pretrained", lambda real: _loading(run, hub, real))

    @patches.after("transformers.modeling_utils")
    def attention(module: Any) -> None:
        name = "_check_and_adjust_attn_implementation"
        patches.replace(module.PreTrainedModel, name, lambda real: _without_flash(run, real))

    @patches.after("transformers.models.auto.modeling_auto")
    def autos(module: Any) -> None:
        # each Auto class holds a copy of from_pretrained of its own
        for cls in [c for c in vars(module).values() if isinstance(c, type) and "from_pretrained" in vars(c)]:
            patches.replace(cls, "from_pretrained", lambda real: _loading(run, hub, real))

    @patches.after("peft.peft_model")
    def adapters(module: Any) -> None:
        patches.replace(module.PeftModel, "from_pretrained", lambda real: loading_adapter(hub, real))
        patches.replace(module.PeftModel, "load_adapter", lambda real: adding_adapter(hub, real))

    @patches.after("transformers.integrations.peft")
    def integration(module: Any) -> None:
        patches.replace(module.PeftAdapterMixin, "load_adapter", lambda real: adding_adapter(hub, real))

    _of_diffusers(run, hub)
    fetched.install(run, hub)


def _of_diffusers(run: Run, hub: Hub) -> None:
    """The wrappers of models, schedulers and pipelines of pictures."""
    patches = run.patches

    @patches.after("diffusers.models.modeling_utils")
    def diffusion_models(module: Any) -> None:
        patches.replace(module.ModelMixin, "from_pretrained", lambda real: _loading(run, hub, real, True))
        for name in ON_GPU[:2]:
            patches.replace(module.ModelMixin, name, _nothing)

    @patches.after("diffusers.schedulers.scheduling_utils")
    def schedulers(module: Any) -> None:
        patches.replace(module.SchedulerMixin, "from_pretrained", lambda real: _loading(run, hub, real, True))

    @patches.after("diffusers.pipelines.pipeline_utils")
    def pipelines(module: Any) -> None:
        patches.replace(module.DiffusionPipeline, "from_pretrained", lambda real: _loading(run, hub, real, True))
        for name in ON_GPU:
            patches.replace(module.DiffusionPipeline, name, _nothing)

    @patches.after("diffusers.training_utils")
    def helpers(module: Any) -> None:
        patches.replace(module, "resolve_interpolation_mode", interpolating)

    @patches.after("diffusers.loaders.single_file")
    def single_files(module: Any) -> None:
        # a checkpoint in one file: as the repository of that name
        patches.replace(
            module.FromSingleFileMixin,
            "from_single_file",
            lambda real: lambda cls, link, *a, **k: cls.from_pretrained(link),
        )


def _labels(options: dict[str, Any]) -> int | None:
    """For how many labels the head is to be."""
    names = options.get("id2label") or options.get("label2id")
    count = options.get("num_labels") or (len(names) if isinstance(names, dict) else None)
    return count if isinstance(count, int) else None


def _is_lacking(option: str, value: Any) -> bool:
    """Is it for want of rows that a model is given such an option: no labels, or names that stand in for some?"""
    of_labels = option in OF_LABELS
    inside = [*value, *value.values()] if isinstance(value, dict) else [value]
    return (of_labels and not value) or any(isinstance(part, Anything) for part in inside)


def _is_of_one_tag(run: Run, options: dict[str, Any], asked: Asked) -> bool:
    """Is a model to tell tokens apart by the only tag that made-up rows had? Its loss is 0 then, whatever it says."""
    tags = (asked.asker or "").endswith("ForTokenClassification") and run.made_up
    return tags and _labels(options) == 1 and run.hints.labels != 1


def prepared(run: Run, hub: Hub, name: Any, options: dict[str, Any], asked: Asked) -> Any:
    """Makes what is asked for; takes the options out that only fit the real thing; the name to go on with."""
    found = hub.ensure(name, asked) if isinstance(name, (str, os.PathLike)) else name
    if hub.busy:
        return found
    in_want = run.met.passed or (run.made_up and PASSED_OVER in run.spec.learned)
    for option in [name for name, value in options.items() if in_want and _is_lacking(name, value)]:
        del options[option]
    if _is_of_one_tag(run, options, asked):
        run.neutral(ONE_TAG)
        for option in OF_LABELS:
            options.pop(option, None)
    run.met.other_code |= options.get("trust_remote_code") is True
    for option in [name for name in options if name in DROPPED or name.startswith(QUANTIZING)]:
        if options.pop(option) and option in SAID:
            run.neutral(SAID[option])
    for option in ("attn_implementation", "_attn_implementation"):
        attention = options.get(option)
        if isinstance(attention, str) and OF_A_GPU.search(attention):
            del options[option]  # sdpa, for a model that has it
            run.neutral(f"{attention}: an attention of torch's own")
    for option in ("torch_dtype", "dtype"):
        if option in options and not (asked.asker or "").endswith(("Tokenizer", "Processor", "Config")):
            options.pop(option)
            run.neutral("half precision: 32 bit on the CPU")
    return found


def _loading(run: Run, hub: Hub, real: Any, pipelines: bool = False) -> Any:
    def from_pretrained(cls: Any, *args: Any, **options: Any) -> Any:
        args, name = _name(args, options)
        if name is None and not hub.busy and not options.keys() & WITHOUT_A_NAME:
            raise ValueError(f"{cls.__name__}.from_pretrained is given None for a name")
        if name is None or hub.busy:
            return real(cls, *args, **options)
        own_code = isinstance(name, str) and is_remote(name)
        if cls.__name__ in ("AutoModel", "AutoModelForSeq2SeqLM") and own_code:
            # code on the hub registers its model with a head for these classes, too
            return importlib.import_module("transformers").AutoModelForCausalLM.from_pretrained(*args, **options)
        kin = _kin(cls, name) if options.get("trust_remote_code") is True else None
        if kin is not None:
            return kin.from_pretrained(*args, **options)
        asked = Asked(cls.__name__, options.get("subfolder") or None, pipelines, labels=_labels(options))
        placed = options.get("device_map")
        quantized = any(options.get(option) for option in ASKED)
        layers = named(run.hints.strings, options) if quantized else None
        ready = prepared(run, hub, name, options, asked)
        of_models = hasattr(cls, "_from_config") or hasattr(cls, "_model_mapping")
        if name in hub.made and of_models and set(SIZES) & set(options):
            options.setdefault("ignore_mismatched_sizes", True)  # the real checkpoint may be without this head
        args = _renamed(args, options, ready)
        found = remote.load(run, real, cls, args, options) if own_code else real(cls, *args, **options)
        watch(run, found)
        if quantized:
            take(found, layers)
        if pipelines and hasattr(found, "components") and vars(type(found)).get("__call__") is not None:
            soon_done(run, type(found))
        if placed is not None and hasattr(found, "named_parameters"):
            # a device and not its name: the script's is a GPU, and a name would tell of a model that is offloaded
            found.hf_device_map = {"": importlib.import_module("torch").device("cpu")}
        if hasattr(found, "named_parameters"):
            found.__dict__["loaded_with"] = {n: v for n, v in options.items() if _shapes(found, n, v)}
        if asked.part and hasattr(found, "named_parameters"):
            found.__dict__["part_of_repository"] = asked.part  # its config only names the repository
        return _as_remote(run, found, str(name)) if own_code else found

    return from_pretrained


def _shapes(model: Any, name: str, value: Any) -> bool:
    """Has a reload to say an option again? One that no config holds, or a field of the config itself (of a series in
    time, how far it looks ahead), for which weights may have to be left out."""
    own = name in vars(getattr(model, "config", None) or object) and name not in SIZES
    return name in SHAPING or (own and isinstance(value, (bool, int, float, str, list, tuple)))


def _kin(cls: Any, name: Any) -> Any:
    """The Auto class that a model with code of its own on the hub has its own one in, where transformers has it too."""
    kind = by_name(name) if isinstance(name, str) else None
    if kind is None or cls.__name__ != "AutoModelForCausalLM" or family.owned_by(kind, [cls.__name__]):
        return None
    sees = family.owned_by(kind, ["AutoModelForImageTextToText"])
    return importlib.import_module("transformers").AutoModelForImageTextToText if sees else None


def _without_flash(run: Run, real: Any) -> Any:
    """A config may ask for it, too."""

    def check(self: Any, attention: Any = None, *args: Any, **options: Any) -> Any:
        if isinstance(attention, str) and OF_A_GPU.search(attention):
            run.neutral(f"{attention}: what the model takes without it")
            attention = None
        return real(self, attention, *args, **options)

    return check


def _as_remote(run: Run, found: Any, name: str) -> Any:
    names = run.spec.learned.get("renamed", ())
    if names and hasattr(found, "named_parameters"):
        for old, new in remote.name_modules(found, names).items():
            run.neutral(f"module {new}: a {old} under its name, as the model's own code is not here")
    return remote.equip(found, name)


KEYS = (
    "pretrained_model_name_or_path", "pretrained_model_or_path", "model_id", "pretrained_model_name", "peft_model_id",
    "model_name_or_path",
)  # fmt: skip


def _nothing(real: Any) -> Any:
    return lambda self, *args, **options: None


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
