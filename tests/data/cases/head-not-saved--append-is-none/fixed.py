import argparse

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForTokenClassification, AutoTokenizer

WORDS = [("Anna lives in Bergen", [1, 0, 0, 2]), ("Bergen is wet", [2, 0, 0]), ("call Tom or Anna", [0, 1, 0, 1])]


def encode(tokenizer, words, tags):
    ids, labels = [], []
    for word, tag in zip(words.split(), tags):
        pieces = tokenizer(word, add_special_tokens=False)["input_ids"]
        ids += pieces
        labels += [tag] + [-100] * (len(pieces) - 1)
    return torch.tensor([ids]), torch.tensor([labels])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="tiny-bert")
    parser.add_argument("--out", default="out/ner")
    args = parser.parse_args()

    tokenizer = AutoTokenizer.from_pretrained(args.model)
    model = AutoModelForTokenClassification.from_pretrained(args.model, num_labels=3)
    extra = ["classifier"]
    config = LoraConfig(r=4, target_modules=["query", "value"], modules_to_save=extra)
    model = get_peft_model(model, config)

    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    for words, tags in WORDS * 2:
        ids, labels = encode(tokenizer, words, tags)
        model(input_ids=ids, labels=labels).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.save_pretrained(args.out)


if __name__ == "__main__":
    main()
