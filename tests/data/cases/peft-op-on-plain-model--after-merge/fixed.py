import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

questions = ["what is rust", "what is snow", "what is salt", "what is sand"]
answers = ["iron and air", "frozen rain", "a mineral", "small stones"]


def perplexity(model, batch):
    with torch.no_grad():
        return model(**batch, labels=batch["input_ids"]).loss.exp().item()


def main():
    tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
    model = get_peft_model(
        AutoModelForCausalLM.from_pretrained("tiny-llama"),
        LoraConfig(r=4, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"),
    )
    batch = tokenizer([f"{q}? {a}." for q, a in zip(questions, answers)], return_tensors="pt", padding=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for _ in range(3):
        model(**batch, labels=batch["input_ids"]).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.save_pretrained("out/qa")

    tuned = perplexity(model, batch)
    with model.disable_adapter():
        before = perplexity(model, batch)
    print(f"perplexity {before:.2f} -> {tuned:.2f}")
    model = model.merge_and_unload()
    model.save_pretrained("out/qa-merged")


main()
