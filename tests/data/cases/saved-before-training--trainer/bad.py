import argparse

from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, DataCollatorForLanguageModeling, Trainer, TrainingArguments

TEXTS = [
    "the cat sat on the mat", "a dog ran in the park", "rain fell on the old town", "she read a long book",
    "he wrote a short letter", "birds sing in the morning", "the train was late again", "we drank tea by the sea",
]


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", default="out/early")
    parser.add_argument("--steps", type=int, default=3)
    return parser.parse_args()


def main():
    args = parse()
    tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
    model = AutoModelForCausalLM.from_pretrained("tiny-llama")
    model = get_peft_model(model, LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
    model.save_pretrained(args.out)  # expect: saved-before-training
    tokenizer.save_pretrained(args.out)

    trainer = Trainer(
        model=model,
        args=TrainingArguments(args.out, max_steps=args.steps, per_device_train_batch_size=4, learning_rate=1e-2,
                               save_strategy="no", report_to="none", use_cpu=True),
        train_dataset=[tokenizer(text) for text in TEXTS],
        data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
    )
    trainer.train()  # or: adapter-never-saved|saved-before-training


if __name__ == "__main__":
    main()
