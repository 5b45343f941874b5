import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


def epochs(model, batch, count):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for number in range(count):
        loss = model(**batch, labels=batch["input_ids"]).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        yield number, loss.item()
    yield "merged", model.merge_and_unload()


tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = get_peft_model(
    AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM")
)
batch = tokenizer(["one two"], return_tensors="pt")
*history, (_, final) = epochs(model, batch, 3)
final.save_pretrained("out/merged")  # expect: save-after-merge
