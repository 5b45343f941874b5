"""unsloth without unsloth: FastLanguageModel by transformers and PEFT, with unsloth's own saving methods."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from types import MethodType, ModuleType, SimpleNamespace
from typing import Any

from ...context import Run
from ..models import model_names
from ..older import arguments
from ..older.inputs import chats

LORA = (
    "r", "target_modules", "lora_alpha", "lora_dropout", "bias", "use_rslora", "modules_to_save", "layers_to_transform",
    "init_lora_weights", "task_type", "use_dora",
)  # fmt: skip
ADAPTER = re.compile(r"(?<![a-z])(q?lora|adapter|peft)s?(?![a-z])(?!.*merged)", re.I)  # in the name of one
METHODS = ("merged_16bit", "merged_4bit", "merged_4bit_forced", "lora")


class FastLanguageModel:
    """`from_pretrained` gives a model and its tokenizer, `get_peft_model` wraps it."""

    auto = "AutoModelForCausalLM"
    adapters: Collection[str] = ()  # that an earlier attempt found out not to be models
    models: list[str]

    @classmethod
    def from_pretrained(
        cls, model_name: str = "unsloth/llama-3-8b-bnb-4bit", *args: Any, **options: Any
    ) -> tuple[Any, Any]:
        import transformers

        auto = options.get("auto_model") or getattr(transformers, cls.auto)
        seeing = transformers.AutoModelForImageTextToText
        try:
            model = _with_adapter(auto, model_name, model_name in cls.adapters)
            if model is None and not options.get("full_finetuning") and model_names.by_name(model_name) is None:
                cls.models.append(model_name)
            model = model or auto.from_pretrained(model_name)
        except ValueError as error:
            if "Unrecognized configuration class" not in str(error):
                raise
            auto = seeing
            model = auto.from_pretrained(model_name)
        sees = auto is seeing or "Whisper" in type(model).__name__
        tokenizer = getattr(transformers, "AutoProcessor" if sees else "AutoTokenizer").from_pretrained(model_name)
        if getattr(tokenizer, "pad_token", "") is None:
            tokenizer.pad_token = tokenizer.eos_token
        if not hasattr(tokenizer, "tokenizer"):
            vars(tokenizer)["tokenizer"] = tokenizer  # of a checkpoint that sees, too, it gives the processor
        return _saving(model), tokenizer

    @classmethod
    def get_peft_model(cls, model: Any, r: int = 16, target_modules: Any = None, *args: Any, **options: Any) -> Any:
        from peft import LoraConfig, PeftModel, get_peft_model

        if isinstance(model, PeftModel):  # it skips this step, and says so
            return model
        chosen = {
            k: v
            for k, v in {"r": r, "target_modules": target_modules, **options}.items()
            if k in LORA and v is not None
        }
        chosen.setdefault(
            "target_modules", ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
        )
        if cls.auto == "AutoModelForCausalLM":
            chosen.setdefault("task_type", "CAUSAL_LM")
        return _saving(get_peft_model(model, LoraConfig(**chosen)))

    @staticmethod
    def for_inference(model: Any) -> Any:
        model.eval()
        return model

    @staticmethod
    def for_training(model: Any, *args: Any, **options: Any) -> Any:
        model.train()
        return model


class FastModel(FastLanguageModel): ...


class FastVisionModel(FastLanguageModel):
    auto = "AutoModelForImageTextToText"

    @classmethod
    def get_peft_model(cls, model: Any, r: int = 16, target_modules: Any = None, *args: Any, **options: Any) -> Any:
        return super().get_peft_model(model, r, target_modules or "all-linear", *args, **options)


def _with_adapter(auto: Any, name: str, surely: bool) -> Any | None:
    """The model of an adapter, of one that is here or that sounds like one: its base, wrapped, to be trained on."""
    told = os.path.isfile(os.path.join(name, "adapter_config.json"))
    if not (told or surely) and (os.path.isdir(name) or not ADAPTER.search(os.path.basename(os.path.normpath(name)))):
        return None
    from peft import PeftConfig, PeftModel

    base = PeftConfig.from_pretrained(name).base_model_name_or_path
    return PeftModel.from_pretrained(auto.from_pretrained(base), name, is_trainable=True)


def _saving(model: Any) -> Any:
    """unsloth's own ways to save: the adapter, or a merged copy of a model that stays as it is."""
    model.save_pretrained_merged = MethodType(_save_merged, model)
    model.push_to_hub_merged = MethodType(_push_merged, model)
    model.save_pretrained_gguf = MethodType(_save_gguf, model)
    model.push_to_hub_gguf = MethodType(lambda self, *a, **k: None, model)
    model.save_lora = MethodType(lambda self, path, *a, **k: self.save_pretrained(path), model)
    model.load_lora = MethodType(lambda self, path, *a, **k: None, model)
    model.fast_generate = MethodType(_generated, model)
    model.save_pretrained_torchao = MethodType(lambda self, folder="model", *a, **k: _save_merged(self, folder), model)
    return model


def _generated(self: Any, prompts: Any, *args: Any, **options: Any) -> Any:
    """What vLLM answers: a text for each prompt."""
    answer = SimpleNamespace(text="stand-in", token_ids=[0])
    asked = [prompts] if isinstance(prompts, str) else prompts
    return [SimpleNamespace(prompt=prompt, outputs=[answer]) for prompt in asked]


def _save_merged(
    self: Any, save_directory: str, tokenizer: Any = None, save_method: str = "merged_16bit", *args: Any, **options: Any
) -> None:
    if tokenizer is not None:
        tokenizer.save_pretrained(save_directory)
    _as_saved(self, save_method).save_pretrained(save_directory)


def _push_merged(
    self: Any, repo_id: str, tokenizer: Any = None, save_method: str = "merged_16bit", *args: Any, **options: Any
) -> None:
    if tokenizer is not None:
        tokenizer.push_to_hub(repo_id)
    _as_saved(self, save_method).push_to_hub(repo_id)


def _as_saved(self: Any, save_method: str) -> Any:
    """The model as one of these methods saves it: itself, or a merged copy."""
    import copy

    if save_method == "lora" or not hasattr(self, "merge_and_unload"):
        return self
    kept = {
        k: self.__dict__.pop(k)
        for k in [k for k, v in self.__dict__.items() if isinstance(v, MethodType) and not k.startswith("_")]
    }
    try:
        return copy.deepcopy(self).merge_and_unload()
    finally:
        self.__dict__.update(kept)


def _save_gguf(
    self: Any, save_directory: str, tokenizer: Any = None, quantization_method: Any = "fast_quantized", **options: Any
) -> None:
    """Files that hold no weights here: nothing of a model can be read back from the real ones, either."""
    methods = [quantization_method] if isinstance(quantization_method, str) else list(quantization_method)
    os.makedirs(save_directory, exist_ok=True)
    for method in methods:
        with open(os.path.join(save_directory, f"unsloth.{method.upper()}.gguf"), "wb") as file:
            file.write(b"GGUF")


def fill(module: ModuleType, run: Run) -> None:
    """Fills `unsloth` and its parts."""
    if module.__name__ == "unsloth":
        arguments.install(run)
        chats.are_ids(run)
    FastLanguageModel.adapters, FastLanguageModel.models = run.spec.learned.get("adapters", ()), run.met.may_be_adapters
    module.__dict__.update(
        FastLanguageModel=FastLanguageModel,
        FastModel=FastModel,
        FastVisionModel=FastVisionModel,
        is_bfloat16_supported=lambda: True,
        is_bf16_supported=lambda: True,
        unsloth_train=lambda trainer, *a, **k: trainer.train(*a, **k),
        train_on_responses_only=_on_responses,
        get_chat_template=_chat_template,
        standardize_sharegpt=_standardized,
        standardize_data_formats=_standardized,
        to_sharegpt=_to_sharegpt,
        apply_chat_template=_applied,
        PatchDPOTrainer=lambda *a, **k: None,
        PatchFastRL=lambda *a, **k: None,
        vLLMSamplingParams=lambda **k: None,
        UnslothTrainer=_lazy("trl", "SFTTrainer"),
        UnslothTrainingArguments=_lazy("trl", "SFTConfig"),
        UnslothVisionDataCollator=_collator,
    )


def _on_responses(
    trainer: Any, instruction_part: Any = None, response_part: str | None = None, *a: Any, **k: Any
) -> Any:
    """The labels of what comes before the answers are masked; of made-up texts without one, those of the first half."""
    tokenizer = getattr(trainer.processing_class, "tokenizer", trainer.processing_class)
    mark = tokenizer(response_part or "", add_special_tokens=False)["input_ids"] if tokenizer is not None else []

    def masked(row: dict[str, Any]) -> dict[str, Any]:
        ids = list(row["input_ids"])
        places = [i for i in range(len(ids)) if mark and ids[i : i + len(mark)] == mark]
        start = places[0] + len(mark) if places else len(ids) // 2
        return {"labels": [-100] * start + ids[start:]}

    for name in ("train_dataset", "eval_dataset"):
        rows: Any = getattr(trainer, name, None)
        if "input_ids" in (getattr(rows, "column_names", None) or ()):
            setattr(trainer, name, rows.map(masked))
    return trainer


def _lazy(home: str, name: str) -> Any:
    def make(*args: Any, **options: Any) -> Any:
        import importlib

        options.pop("embedding_learning_rate", None)
        return getattr(importlib.import_module(home), name)(*args, **options)

    return make


def _chat_template(tokenizer: Any, *args: Any, **options: Any) -> Any:
    from ..models.inputs.vocabulary import CHAT

    if getattr(tokenizer, "chat_template", None) is None:
        tokenizer.chat_template = CHAT
    return tokenizer


def _standardized(dataset: Any, *args: Any, **options: Any) -> Any:
    """ShareGPT's from/value becomes role/content."""

    def turn(row: dict[str, Any]) -> dict[str, Any]:
        names = {"human": "user", "gpt": "assistant"}
        turns = row["conversations"]
        if turns and "from" in turns[0]:
            turns = [{"role": names.get(t["from"], t["from"]), "content": t["value"]} for t in turns]
        return {"conversations": turns}

    return dataset.map(turn) if "conversations" in getattr(dataset, "column_names", ()) else dataset


def _to_sharegpt(dataset: Any, merged_prompt: str = "", output_column_name: str = "output", **options: Any) -> Any:
    """Rows of columns become conversations."""
    asked = [c for c in dataset.column_names if c != output_column_name]

    def turn(row: dict[str, Any]) -> dict[str, Any]:
        question = " ".join(str(row[c]) for c in asked)
        answer = str(row.get(output_column_name, ""))
        return {"conversations": [{"from": "human", "value": question}, {"from": "gpt", "value": answer}]}

    return dataset.map(turn)


def _applied(dataset: Any, tokenizer: Any = None, **options: Any) -> Any:
    """Conversations become text."""
    return dataset.map(lambda row: {"text": tokenizer.apply_chat_template(row["conversations"], tokenize=False)})


def _collator(model: Any, processor: Any, *args: Any, **options: Any) -> Any:
    """Chats with pictures in them become a batch; all tokens count."""

    def pictures(chat: Any) -> list[Any]:
        parts = [part for turn in chat for part in turn["content"] if isinstance(part, dict)]
        return [part["image"] for part in parts if part.get("image") is not None]

    def collate(rows: list[dict[str, Any]]) -> Any:
        chats = [row.get("messages") or row["conversations"] for row in rows]
        texts = [processor.apply_chat_template(chat, tokenize=False) for chat in chats]
        images = [found for found in map(pictures, chats) if found]
        batch = processor(text=texts, images=images or None, padding=True, return_tensors="pt")
        return {**batch, "labels": batch["input_ids"].clone()}

    return collate
