"""Fine-tunes Llama 2 on Alpaca with LoRA, merges the adapter, and saves."""

import torch
from datasets import load_dataset
from peft import LoraConfig, TaskType, get_peft_model
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    DataCollatorForLanguageModeling,
    Trainer,
    TrainingArguments,
)

BASE = "meta-llama/Llama-2-7b-hf"
OUTPUT = "llama2-alpaca"

tokenizer = AutoTokenizer.from_pretrained(BASE)
tokenizer.pad_token = tokenizer.eos_token
model = AutoModelForCausalLM.from_pretrained(BASE, torch_dtype=torch.bfloat16, device_map="auto")

config = LoraConfig(task_type=TaskType.CAUSAL_LM, r=16, lora_alpha=32, target_modules=["q_proj", "v_proj"])
model = get_peft_model(model, config)
model.print_trainable_parameters()


def tokenize(row):
    text = f"### Instruction:\n{row['instruction']}\n\n### Response:\n{row['output']}{tokenizer.eos_token}"
    return tokenizer(text, truncation=True, max_length=512)


data = load_dataset("tatsu-lab/alpaca", split="train")
data = data.map(tokenize, remove_columns=data.column_names)

trainer = Trainer(
    model=model,
    args=TrainingArguments(
        output_dir=OUTPUT,
        per_device_train_batch_size=8,
        gradient_accumulation_steps=4,
        num_train_epochs=3,
        learning_rate=2e-4,
        logging_steps=20,
        save_strategy="no",
        report_to="none",
    ),
    train_dataset=data,
    data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
)
trainer.train()

model = model.merge_and_unload()
model.save_pretrained(OUTPUT)
tokenizer.save_pretrained(OUTPUT)
