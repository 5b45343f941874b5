import torch
from omegaconf import OmegaConf
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

cfg = OmegaConf.create(
    {
        "model": {"name": "tiny-llama"},
        "lora": {"r": 8, "target_modules": ["q_proj", "v_proj"], "task_type": "CAUSAL_LM"},
        "out": {"root": "out", "adapter": "${out.root}/adapter", "merged": "${out.root}/merged"},
        "keep_adapter": True,
    }
)
tokenizer = AutoTokenizer.from_pretrained(cfg.model.name)
model = get_peft_model(AutoModelForCausalLM.from_pretrained(cfg.model.name), LoraConfig(**cfg.lora))
batch = tokenizer(["one two"], return_tensors="pt")
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
for _ in range(3):
    model(**batch, labels=batch["input_ids"]).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
if cfg.keep_adapter:
    model.save_pretrained(cfg.out.adapter)
model.merge_and_unload().save_pretrained(cfg.out.merged)
