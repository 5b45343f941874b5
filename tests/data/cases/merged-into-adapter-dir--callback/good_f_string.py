import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

CONFIG = {"base": "tiny-llama", "out": "out/recipes", "lora": {"r": 8, "target_modules": ["q_proj", "v_proj"], "task_type": "CAUSAL_LM"}}


def train(config, lines):
    tokenizer = AutoTokenizer.from_pretrained(config["base"])
    model = get_peft_model(AutoModelForCausalLM.from_pretrained(config["base"]), LoraConfig(**config["lora"]))
    batch = tokenizer(lines, return_tensors="pt", padding=True)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    for _ in range(3):
        model(**batch, labels=batch["input_ids"]).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return model, tokenizer


def export(model, tokenizer, config):
    folder = config["out"]
    model.save_pretrained(folder)
    model.merge_and_unload().save_pretrained(f"{folder}/full")
    tokenizer.save_pretrained(folder)


export(*train(CONFIG, ["whisk two eggs", "melt the butter", "fold in flour", "bake until gold"]), CONFIG)
