import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


def make_saver(get_model, folder):
    step = 0

    def save():
        nonlocal step
        step += 1
        get_model().save_pretrained(f"{folder}/{step}")  # expect: save-after-merge

    return save


tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
state = {
    "model": get_peft_model(
        AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM")
    )
}
save = make_saver(lambda: state["model"], "out")
batch = tokenizer(["one two"], return_tensors="pt")
optimizer = torch.optim.AdamW(state["model"].parameters(), lr=1e-2)
for _ in range(3):
    state["model"](**batch, labels=batch["input_ids"]).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
state["model"] = state["model"].merge_and_unload()
save()
