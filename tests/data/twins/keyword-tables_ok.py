import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

settings = {
    "model": {"pretrained_model_name_or_path": "tiny-llama"},
    "lora": {"r": 4, "task_type": "CAUSAL_LM"},
    "save": {"save_directory": "out/final", "safe_serialization": True},
}


def build(*, model, lora, **rest):
    return get_peft_model(AutoModelForCausalLM.from_pretrained(**model), LoraConfig(**lora))


student = build(**settings)
tok = AutoTokenizer.from_pretrained(**settings["model"])
opt = torch.optim.AdamW(student.parameters(), lr=1e-2)
for line in ["aa", "bb"]:
    row = tok(line, return_tensors="pt")
    student(**row, labels=row["input_ids"]).loss.backward()
    opt.step()
student.save_pretrained(**{**settings["save"], "save_directory": "out/lora"})
student = student.merge_and_unload()
student.save_pretrained(**settings["save"])
