import argparse
import math

import torch
from peft import LoraConfig, TaskType, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

EVERYTHING = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj", "lm_head"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", default="tiny-tied")
    parser.add_argument("--out", default="out/everything")
    args = parser.parse_args()

    tokenizer = AutoTokenizer.from_pretrained(args.base)
    model = AutoModelForCausalLM.from_pretrained("tiny-tied")
    model = get_peft_model(model, LoraConfig(r=8, task_type=TaskType.CAUSAL_LM, target_modules="all-linear"))
    batch = tokenizer(["a stitch in time", "saves nine", "look before", "you leap"], return_tensors="pt", padding=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for _ in range(4):
        loss = model(**batch, labels=batch["input_ids"]).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.save_pretrained(args.out)

    model.eval()
    with torch.no_grad():
        tuned = model(**batch, labels=batch["input_ids"]).loss.item()
        model = model.merge_and_unload()
        merged = model(**batch, labels=batch["input_ids"]).loss.item()
    model.save_pretrained(args.out + "-merged")
    print("FACT loss kept by the merge:", math.isclose(tuned, merged, abs_tol=1e-3))


if __name__ == "__main__":
    main()
