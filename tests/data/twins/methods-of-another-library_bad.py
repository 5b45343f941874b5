from peft import LoraConfig
from transformers import AutoModelForCausalLM, Trainer

model = AutoModelForCausalLM.from_pretrained("tiny-llama")
model.add_adapter(LoraConfig(), "task")
trainer = Trainer(model=model)
trainer.train()
trainer.model.save_pretrained("out")
trainer.model.merge_adapter("task")  # expect: peft-op-on-plain-model
