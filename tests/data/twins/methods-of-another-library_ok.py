import adapters
from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("tiny-llama")
adapters.init(model=model)
model.add_adapter("task", config="lora")
model.train_adapter("task")
trainer = adapters.AdapterTrainer(model=model)
trainer.train()
trainer.model.merge_adapter("task")
trainer.model.save_adapter("out", "task")
