import argparse

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer


@torch.no_grad()
def score(model, tokenizer, text):
    batch = tokenizer(text, return_tensors="pt")
    return model(**batch, labels=batch["input_ids"]).loss.item()


def main():
    parser = argparse.ArgumentParser(description="loss with and without the adapter")
    parser.add_argument("--adapter", default="first-adapter")
    parser.add_argument("--text", default="rain fell on the old town")
    args = parser.parse_args()

    tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
    model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("tiny-llama"), args.adapter).eval()

    tuned = score(model, tokenizer, args.text)
    with model.disable_adapter():
        plain = score(model, tokenizer, args.text)
    print(f"FACT base and adapter differ: {abs(tuned - plain) > 1e-6}")


if __name__ == "__main__":
    main()
