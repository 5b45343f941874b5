"""What the tiny models of each family have: the last parts of the names of their linear and embedding modules.

python -m tests.knowledge.families      prints a table of them
"""

from __future__ import annotations

from typing import Any

CAUSAL = """
    llama mistral mixtral qwen2 qwen2_moe qwen3 qwen3_moe gemma gemma2 gemma3_text phi phi3 gpt2 gpt_neo gpt_neox gptj
    bloom falcon opt mpt stablelm starcoder2 gpt_bigcode codegen olmo olmo2 cohere granite deepseek_v3
    mamba smollm3 gpt_oss
"""
SEQ2SEQ = "t5 mt5 bart mbart pegasus"
ENCODERS = "bert roberta xlm-roberta distilbert deberta-v2 electra albert modernbert"
OTHERS = {"vit": "AutoModelForImageClassification", "whisper": "AutoModelForSpeechSeq2Seq", "clip": "AutoModel"}


def auto_class(family: str) -> str:
    if family in OTHERS:
        return OTHERS[family]
    if family in SEQ2SEQ.split():
        return "AutoModelForSeq2SeqLM"
    return "AutoModelForSequenceClassification" if family in ENCODERS.split() else "AutoModelForCausalLM"


def build(family: str) -> Any:
    """The family's model with two layers, its weights nowhere. Raises what transformers raises for an odd config."""
    import torch
    import transformers

    config = transformers.AutoConfig.for_model(family)
    for name in ("num_hidden_layers", "n_layer", "num_layers", "n_layers", "encoder_layers", "decoder_layers"):
        if isinstance(getattr(config, name, None), int):
            setattr(config, name, 2)
    if isinstance(vars(config).get("layer_types"), list):
        config.layer_types = config.layer_types[:2]
    with torch.device("meta"):
        return getattr(transformers, auto_class(family)).from_config(config)


def modules_of(family: str) -> tuple[set[str], set[str]]:
    """The last parts of the names of linear modules, and of embeddings."""
    import torch
    from transformers.pytorch_utils import Conv1D

    linear, embeddings = set(), set()
    for name, module in build(family).named_modules():
        last = name.rpartition(".")[2]
        if isinstance(module, torch.nn.Linear | Conv1D | torch.nn.Conv2d | torch.nn.Conv1d):
            linear.add(last)
        elif isinstance(module, torch.nn.Embedding):
            embeddings.add(last)
    return linear, embeddings


def main() -> None:
    print("| family | linear modules | embeddings |\n| --- | --- | --- |")
    for family in (*f"{CAUSAL} {SEQ2SEQ} {ENCODERS}".split(), *OTHERS):
        try:
            linear, embeddings = modules_of(family)
        except Exception as error:
            print(f"| {family} | not built: {type(error).__name__}: {str(error)[:90]} | |")
            continue
        print(f"| {family} | {' '.join(sorted(linear))} | {' '.join(sorted(embeddings))} |")


if __name__ == "__main__":
    main()
