import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM


def with_weights(model, folder):
    model = get_peft_model(model, LoraConfig.from_pretrained(folder))  # expect: wrapped-twice
    weights = torch.load(folder + "/own_weights.bin")
    model.load_state_dict({"base_model.model." + key: tensor for key, tensor in weights.items()}, strict=False)
    return model


model = AutoModelForCausalLM.from_pretrained("tiny-llama")
model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))
model = with_weights(model, "tiny-lora")
model.save_pretrained("out")
