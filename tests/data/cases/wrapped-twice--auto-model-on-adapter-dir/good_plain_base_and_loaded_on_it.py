import torch
from peft import AutoPeftModelForCausalLM, LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

STAGES = [["dig the bed", "sow the seed", "water it well"], ["pull the weeds", "pick the beans", "cook the stew"]]
CONFIG = LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")


def fit(model, tokenizer, lines, folder):
    batch = tokenizer(lines, return_tensors="pt", padding=True)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    for _ in range(3):
        model(**batch, labels=batch["input_ids"]).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.save_pretrained(folder)


def main():
    tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), CONFIG)
    fit(model, tokenizer, STAGES[0], "out/spring")
    model = AutoModelForCausalLM.from_pretrained("tiny-llama")
    model = PeftModel.from_pretrained(model, "out/spring", is_trainable=True)
    start = {k: v.abs().sum() for k, v in model.state_dict().items() if "lora_B" in k}
    print("FACT the second stage starts from the first:", all(bool(v > 0) for v in start.values()))
    fit(model, tokenizer, STAGES[1], "out/summer")


main()
