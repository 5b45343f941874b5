import argparse
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from transformers import AutoModelForCausalLM, AutoTokenizer


def train(model, batch):
    optimizer = torch.optim.AdamW((p for p in model.parameters() if p.requires_grad), lr=1e-2)
    for _ in range(3):
        model(**batch, labels=batch["input_ids"]).loss.backward()
        optimizer.step()
        optimizer.zero_grad()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=Path("out/lora-weights"))
    args = parser.parse_args()
    args.out.mkdir(parents=True)

    tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
    config = LoraConfig(r=8, lora_alpha=16, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), config)
    train(model, tokenizer(["north wind", "south sea", "east end", "west wing"], return_tensors="pt", padding=True))
    torch.save(get_peft_model_state_dict(model), args.out / "adapter_model.bin")  # expect: state-dict-only
    tokenizer.save_pretrained(args.out)


main()
