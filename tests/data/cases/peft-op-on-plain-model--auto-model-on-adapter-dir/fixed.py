import sys
from pathlib import Path

import torch
from peft import AutoPeftModelForCausalLM
from transformers import AutoTokenizer


def load(adapter: Path):
    # transformers sees the adapter_config.json, loads the base model that it names, and attaches the adapter
    model = AutoPeftModelForCausalLM.from_pretrained(adapter, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
    return model, tokenizer


def export(adapter: Path, target: Path) -> None:
    model, tokenizer = load(adapter)
    model = model.merge_and_unload()
    model.save_pretrained(target)
    tokenizer.save_pretrained(target)


if __name__ == "__main__":
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("first-adapter")
    export(source, Path("out") / f"{source.name}-merged")
