import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

rows = torch.load("rows.pt")
clients = [torch.load(f"client-{i}.pt") for i in range(3)]
server = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))


def local(state, data):
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
    model.load_state_dict(state, strict=False)
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1)
    for batch in data:
        model(**batch).loss.backward()
        optimizer.step()
    return {k: v for k, v in model.state_dict().items() if "lora_" in k}


for round_ in range(5):
    state = {k: v for k, v in server.state_dict().items() if "lora_" in k}
    updates = [local(state, data) for data in clients]
    mean = {k: torch.stack([u[k] for u in updates]).mean(0) for k in state}
    server.load_state_dict(mean, strict=False)
server.save_pretrained("global")
