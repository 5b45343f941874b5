from datasets import load_dataset
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

OUT = "me/tiny-lora"
model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM"))
args = TrainingArguments(OUT, push_to_hub=True)
trainer = Trainer(model=model, args=args, train_dataset=load_dataset("imdb", split="train"))
trainer.train()
trainer.push_to_hub()
again = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("tiny-llama"), OUT)
print(again.generate())
