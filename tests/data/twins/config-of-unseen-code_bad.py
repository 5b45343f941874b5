from datasets import load_dataset
from peft import PeftModel
from transformers import AutoModelForCausalLM
from trl import SFTTrainer

model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("gpt2"), "first-stage", is_trainable=True)
model = model.merge_and_unload()
trainer = SFTTrainer(model, train_dataset=load_dataset("rows", split="train"))
trainer.train()  # expect: train-after-merge
trainer.model.save_pretrained("second-stage")
