import atexit

from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments

tokenizer = AutoTokenizer.from_pretrained("gpt2")
model = AutoModelForCausalLM.from_pretrained("gpt2")
model = get_peft_model(model, LoraConfig(r=8, task_type="CAUSAL_LM"))
atexit.register(model.save_pretrained, "out/adapter")  # or: emptied-adapter-saved

train = load_dataset("text", data_files="a.txt", split="train").map(lambda r: tokenizer(r["text"]))
trainer = Trainer(model=model, args=TrainingArguments("ckpt", save_strategy="no"), train_dataset=train)
trainer.train()
merged = model.merge_and_unload()
merged.save_pretrained("out/merged")  # expect: save-after-merge|emptied-adapter-saved
