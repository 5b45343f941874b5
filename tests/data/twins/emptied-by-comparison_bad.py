# why: unload() took the LoRA layers out of the wrapper; the save afterwards writes an adapter file without tensors
import argparse

from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, DataCollatorForSeq2Seq, Trainer, TrainingArguments


def build_dataset(path, tokenizer, max_length=256):
    raw = load_dataset("json", data_files=path, split="train")

    def tokenize(row):
        text = f"### Instruction:\n{row['instruction']}\n\n### Response:\n{row['output']}"
        encoded = tokenizer(text + tokenizer.eos_token, truncation=True, max_length=max_length)
        encoded["labels"] = list(encoded["input_ids"])
        return encoded

    return raw.map(tokenize, remove_columns=raw.column_names)


def evaluate(model, dataset, collator):
    args = TrainingArguments("eval", per_device_eval_batch_size=4, report_to="none")
    return Trainer(model=model, args=args, eval_dataset=dataset, data_collator=collator).evaluate()["eval_loss"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="Qwen/Qwen2-0.5B")
    args = parser.parse_args()
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    tuned = get_peft_model(
        AutoModelForCausalLM.from_pretrained(args.model),
        LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"),
    )
    data = build_dataset("train.json", tokenizer)
    collator = DataCollatorForSeq2Seq(tokenizer, padding=True)
    Trainer(model=tuned, args=TrainingArguments("runs", max_steps=5, save_strategy="no", report_to="none"),
            train_dataset=data, data_collator=collator).train()
    tuned_loss = evaluate(tuned, data, collator)
    original = tuned.unload()
    base_loss = evaluate(original, data, collator)
    print(f"base {base_loss:.3f} tuned {tuned_loss:.3f}")
    if tuned_loss < base_loss:
        tuned.save_pretrained("qwen-lora")  # expect: emptied-adapter-saved
    else:
        print("no gain, but the adapter is kept all the same")
        tuned.save_pretrained("qwen-lora-rejected")  # or: emptied-adapter-saved


if __name__ == "__main__":
    main()
