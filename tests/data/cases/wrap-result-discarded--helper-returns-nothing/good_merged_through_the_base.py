import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


def add_lora(model, rank=8):
    """Puts LoRA into the attention."""
    model = get_peft_model(model, LoraConfig(r=rank, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
    return model


def train(model, tokenizer, texts):
    batch = tokenizer(texts, return_tensors="pt", padding=True)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    for _ in range(3):
        model(**batch, labels=batch["input_ids"]).loss.backward()
        optimizer.step()
        optimizer.zero_grad()


def main():
    tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
    model = AutoModelForCausalLM.from_pretrained("tiny-llama")
    lora = add_lora(model)
    train(model, tokenizer, ["spring is green", "summer is long", "autumn is gold", "winter is white"])
    lora.save_pretrained("out/seasons")
    lora.merge_and_unload()
    model.save_pretrained("out/seasons-merged")


main()
