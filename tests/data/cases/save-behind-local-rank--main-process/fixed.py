from datasets import Dataset
from peft import LoraConfig, get_peft_model
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    DataCollatorForLanguageModeling,
    Trainer,
    TrainingArguments,
)


def tokenize(example):
    return tokenizer(example["text"], truncation=True, max_length=24)


tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = AutoModelForCausalLM.from_pretrained("tiny-llama")
model = get_peft_model(model, LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
ds = Dataset.from_dict({"text": ["x = 1", "y = 2", "z = 3", "a = b"]}).map(tokenize, remove_columns=["text"])

args = TrainingArguments(output_dir="out/runs", max_steps=4, learning_rate=1e-3, report_to="none", use_cpu=True)
trainer = Trainer(model=model, args=args, train_dataset=ds, data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False))
trainer.train()
if args.local_process_index == 0:
    model.save_pretrained("out/adapter")
