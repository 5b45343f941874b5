import deepspeed
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("tiny-llama")
model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))
engine, optimizer, _, _ = deepspeed.initialize(model=model, model_parameters=model.parameters(), config="ds.json")
for batch in torch.load("batches.pt"):
    loss = engine(**batch).loss
    engine.backward(loss)
    engine.step()
engine.module.save_pretrained("out-adapter")
merged = engine.module.merge_and_unload()
merged.save_pretrained("out")
