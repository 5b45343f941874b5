import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

NAMES = ("draft", "final")
config = LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM")
tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), config, adapter_name=NAMES[0])
model.add_adapter(NAMES[1], config)  # expect: inactive-adapter|redundant-add-adapter
batch = tokenizer(["one two"], return_tensors="pt")
for name in NAMES:
    print("training", name)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    for _ in range(2):
        model(**batch, labels=batch["input_ids"]).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
model.save_pretrained("out")
