# args:
# args: --resume first-adapter
import argparse
import os

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

TEXTS = [
    "the cat sat on the mat", "a dog ran in the park", "rain fell on the old town", "she read a long book",
    "he wrote a short letter", "birds sing in the morning", "the train was late again", "we drank tea by the sea",
]


def make_model(args):
    base = AutoModelForCausalLM.from_pretrained(args.model)
    if args.resume and os.path.exists(os.path.join(args.resume, "adapter_config.json")):
        print("continuing from", args.resume)
        return PeftModel.from_pretrained(base, args.resume, is_trainable=True)
    return get_peft_model(base, LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="tiny-llama")
    parser.add_argument("--resume")
    parser.add_argument("--out", default="out/resumed")
    args = parser.parse_args()

    tokenizer = AutoTokenizer.from_pretrained(args.model)
    model = make_model(args)
    batch = tokenizer(TEXTS, return_tensors="pt", padding=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for _ in range(3):
        model(**batch, labels=batch["input_ids"]).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.save_pretrained(args.out)


if __name__ == "__main__":
    main()
