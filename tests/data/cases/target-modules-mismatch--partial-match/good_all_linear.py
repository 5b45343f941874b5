from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, DataCollatorForLanguageModeling, Trainer, TrainingArguments

TEXTS = [
    "the cat sat on the mat", "a dog ran in the park", "rain fell on the old town", "she read a long book",
    "he wrote a short letter", "birds sing in the morning", "the train was late again", "we drank tea by the sea",
]

tokenizer = AutoTokenizer.from_pretrained("tiny-gpt2")
model = AutoModelForCausalLM.from_pretrained("tiny-gpt2")
config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear", task_type="CAUSAL_LM")
model = get_peft_model(model, config)
print("FACT adapted:", sorted({name.rpartition(".")[2] for name, module in model.named_modules() if hasattr(module, "lora_A")}))

trainer = Trainer(
    model=model,
    args=TrainingArguments("out/gpt2", max_steps=3, per_device_train_batch_size=4, learning_rate=1e-2, save_strategy="no", report_to="none", use_cpu=True),
    train_dataset=[tokenizer(text) for text in TEXTS],
    data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
)
trainer.train()
trainer.save_model("out/gpt2")
