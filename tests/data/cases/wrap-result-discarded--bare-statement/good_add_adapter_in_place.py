from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, DataCollatorForLanguageModeling, Trainer, TrainingArguments

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = AutoModelForCausalLM.from_pretrained("tiny-llama")
model.add_adapter(LoraConfig(r=8, lora_alpha=16, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))

rows = Dataset.from_dict({"text": [
    "the cat sat on the mat", "a dog ran in the park", "rain fell on the old town", "she read a long book",
    "he wrote a short letter", "birds sing in the morning", "the train was late again", "we drank tea by the sea",
]})
rows = rows.map(lambda row: tokenizer(row["text"]), remove_columns=["text"])
trainer = Trainer(
    model=model,
    args=TrainingArguments("out/bare", max_steps=3, per_device_train_batch_size=4, learning_rate=1e-2, save_strategy="no",
                           report_to="none", use_cpu=True),
    train_dataset=rows,
    data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
)
trainer.train()
trainer.save_model("out/bare/adapter")
