import os
import torch
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, BitsAndBytesConfig, Trainer, TrainingArguments

OUT = os.environ.get("OUT_DIR", "runs/last")
model_kwargs = {"torch_dtype": torch.bfloat16, "attn_implementation": "sdpa"}
lora_kwargs = dict(r=16, lora_alpha=32, lora_dropout=0.05, task_type="CAUSAL_LM")
save_kwargs = {"safe_serialization": True, "max_shard_size": "2GB"}

model = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-v0.1", **model_kwargs)
model = get_peft_model(model, LoraConfig(**lora_kwargs))
targs = dict(output_dir=OUT, save_strategy="no", learning_rate=1e-4, bf16=True)
trainer = Trainer(
    model=model, args=TrainingArguments(**targs), train_dataset=load_dataset("json", data_files="x.json")["train"]
)
trainer.train()
model.save_pretrained(**{"save_directory": f"{OUT}/final"}, **save_kwargs)
model = model.merge_and_unload()
model.push_to_hub("me/mistral-merged", private=True)
