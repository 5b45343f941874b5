"""What a reader gets from a folder: the adapter on a fresh base model, the model, the pipeline."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.facts import disk, stage

Facts = dict[str, Any]
TASKS = {
    "CAUSAL_LM": "AutoModelForCausalLM", "SEQ_CLS": "AutoModelForSequenceClassification",
    "TOKEN_CLS": "AutoModelForTokenClassification", "FEATURE_EXTRACTION": "AutoModel",
}  # fmt: skip
HEADS = ("score.weight", "classifier.weight", "score.lora_B.weight", "classifier.lora_B.weight")


def read_back(found: dict[str, Facts]) -> None:
    """Adds what reading each folder gives to the facts about it. The working directory is the script's."""
    for name, folder in found.items():
        files = set(folder["files"])
        if "adapter_config.json" in files or files & set(disk.ADAPTER):
            folder["as_adapter"] = _told(lambda name=name: as_adapter(Path(name)))
        if "config.json" in files and any(file.startswith(("model", "pytorch_model")) for file in files):
            folder["as_model"] = _told(lambda name=name: as_model(Path(name)))
        if "model_index.json" in files:
            folder["as_pipeline"] = _told(lambda name=name: as_pipeline(name))
        if "pytorch_lora_weights.safetensors" in files:
            folder["as_pipeline_lora"] = _told(lambda name=name: as_pipeline_lora(name))


def _told(read: Callable[[], str]) -> str:
    import torch

    torch.manual_seed(11)
    try:
        return read()
    except (NameError, ImportError):
        raise  # ours
    except Exception as error:
        first = (str(error).strip().splitlines() or [""])[0]
        return f"{type(error).__name__}: {first[:160]}".replace(str(Path.cwd()) + "/", "")


def as_adapter(folder: Path) -> str:
    """PeftModel.from_pretrained on a fresh base, against the outputs of that base."""
    config = json.loads((folder / "adapter_config.json").read_text())
    base = _base_of(config, folder)
    rows = _rows(folder)
    try:
        return _on(base, folder)
    except (RuntimeError, IndexError):
        base = _base_of(config, folder)
        if rows is None or rows == base.get_input_embeddings().weight.shape[0]:
            raise
        base.resize_token_embeddings(rows, mean_resizing=False)
        return f"only on a base of {rows} rows: {_on(base, folder)}"


def _on(base: Any, folder: Path) -> str:
    from peft import PeftModel

    before = _logits(base)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = PeftModel.from_pretrained(base, str(folder))
    answer = _compared(_logits(model), before)
    missing = any("missing adapter keys" in str(warning.message) for warning in caught)
    return answer + (", warns of missing adapter keys" if missing else "")


def _rows(folder: Path) -> int | None:
    """The size of the vocabulary that an adapter was trained with, from its embeddings or the tokenizer beside it."""
    weights = next((folder / name for name in disk.ADAPTER if (folder / name).exists()), None)
    for key, value in disk.tensors(weights).items() if weights else ():
        if key.endswith(("embed_tokens.weight", "embed_tokens.base_layer.weight", "lm_head.weight")):
            return int(value.shape[0])
    if (folder / "tokenizer.json").exists():
        from transformers import AutoTokenizer

        return len(AutoTokenizer.from_pretrained(str(folder)))
    return None


def _base_of(config: Facts, folder: Path) -> Any:
    import transformers

    named = str(config.get("base_model_name_or_path") or "")
    place = named if named in stage.BUILDERS else "tiny-llama"
    mapped = (config.get("auto_mapping") or {}).get("base_model_class")
    cls = mapped or TASKS.get(config.get("task_type") or "CAUSAL_LM", "AutoModelForCausalLM")
    asked = {}
    weights = next((folder / name for name in disk.ADAPTER if (folder / name).exists()), None)
    for key, value in disk.tensors(weights).items() if weights else ():
        if key.endswith(HEADS):
            asked["num_labels"] = value.shape[0]
    if place == "tiny-vit":  # a finished classifier, whose head another one replaces
        cls, asked["ignore_mismatched_sizes"] = "AutoModelForImageClassification", True
    return getattr(transformers, cls).from_pretrained(place, **asked)


def as_model(folder: Path) -> str:
    """from_pretrained of the class in config.json, against the base model."""
    import transformers

    architecture = json.loads((folder / "config.json").read_text())["architectures"][0]
    model, info = getattr(transformers, architecture).from_pretrained(str(folder), output_loading_info=True)
    kind = getattr(model.config, "model_type", "llama")
    start = {"gpt2": "tiny-gpt2", "bert": "tiny-bert"}.get(kind, "tiny-llama")
    if getattr(model.config, "tie_word_embeddings", False) and kind == "llama":
        start = "tiny-tied"
    answer = "loads"
    if Path(start).is_dir() and architecture.endswith(("CausalLM", "LMHeadModel")):
        answer = _compared(_logits(model), _logits(type(model).from_pretrained(start)))
    attached = sum("lora_" in name for name, _ in model.named_parameters())
    missing, extra = len(info.get("missing_keys") or []), len(info.get("unexpected_keys") or [])
    if attached:
        answer += f", {attached} LoRA tensors attached on top"
    return answer + (f", {missing} missing and {extra} unexpected keys" if missing or extra else "")


def as_pipeline(folder: str) -> str:
    """DiffusionPipeline.from_pretrained, against the pipeline that the script began with."""
    from diffusers import DiffusionPipeline

    return _compared(_noise(DiffusionPipeline.from_pretrained(folder)), _noise(_pipeline()))


def as_pipeline_lora(folder: str) -> str:
    """load_lora_weights on a fresh pipeline."""
    pipe = _pipeline()
    before = _noise(pipe)
    pipe.load_lora_weights(folder)
    return _compared(_noise(pipe), before)


def _pipeline() -> Any:
    from diffusers import DiffusionPipeline

    return DiffusionPipeline.from_pretrained("tiny-diffusion")


def _logits(model: Any) -> Any:
    import torch

    model.eval()
    images = getattr(model, "main_input_name", "") == "pixel_values"
    with torch.no_grad():
        if images:
            torch.manual_seed(5)
            output = model(pixel_values=torch.randn(2, 3, 32, 32))
        else:
            output = model(input_ids=torch.arange(4, 36).reshape(2, 16))
    return (output.logits if hasattr(output, "logits") else output[0]).float()


def _noise(pipe: Any) -> Any:
    import torch

    torch.manual_seed(5)
    unet = pipe.unet.eval()
    with torch.no_grad():
        return unet(torch.randn(1, 4, 8, 8), 1, torch.randn(1, 3, unet.config.cross_attention_dim)).sample


def _compared(got: Any, start: Any) -> str:
    if got.shape[-1] != start.shape[-1]:
        got = got[..., : start.shape[-1]]
    if not got.isfinite().all():
        return "gives NaN"
    return "same as the base" if (got - start).abs().max().item() < 1e-6 else "differs from the base"
