import argparse

from datasets import Dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, DataCollatorForLanguageModeling, Trainer, TrainingArguments

CHATS = [("hello", "good day"), ("how are you", "quite well"), ("any news", "none at all"), ("good bye", "farewell")]


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", default="tiny-llama")
    parser.add_argument("--out", default="out/chat-tokens")
    parser.add_argument("--rank", type=int, default=8)
    return parser.parse_args()


def load(base):
    tokenizer = AutoTokenizer.from_pretrained(base)
    added = tokenizer.add_tokens(["<|im_start|>", "<|im_end|>"], special_tokens=True)
    model = AutoModelForCausalLM.from_pretrained(base)
    if added:
        model.resize_token_embeddings(len(tokenizer))
    return model, tokenizer


def main():
    args = parse()
    model, tokenizer = load(args.base)
    new = tokenizer.convert_tokens_to_ids(["<|im_start|>", "<|im_end|>"])
    lora = LoraConfig(r=args.rank, target_modules=["q_proj", "k_proj", "v_proj", "o_proj"], trainable_token_indices=new, modules_to_save=["lm_head"], task_type="CAUSAL_LM")
    model = get_peft_model(model, lora)
    start = model.get_input_embeddings()(model.get_input_embeddings().weight.new_tensor(new).long()).detach().clone()
    rows = Dataset.from_list([{"text": f"<|im_start|>{q}<|im_end|><|im_start|>{a}<|im_end|>"} for q, a in CHATS])
    rows = rows.map(lambda row: tokenizer(row["text"]), remove_columns=["text"])
    trainer = Trainer(
        model=model,
        args=TrainingArguments(args.out, max_steps=3, per_device_train_batch_size=2, learning_rate=1e-2, save_strategy="no",
                               report_to="none", use_cpu=True),
        train_dataset=rows,
        data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
    )
    trainer.train()
    end = model.get_input_embeddings()(model.get_input_embeddings().weight.new_tensor(new).long()).detach()
    print("FACT the new rows were trained:", bool((end != start).any()))
    trainer.save_model(args.out)
    tokenizer.save_pretrained(args.out)


if __name__ == "__main__":
    main()
