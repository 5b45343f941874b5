import torch
from peft import AutoPeftModelForCausalLM, LoraConfig, PeftModel, TaskType, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments

from peft import get_peft_model_state_dict, set_peft_model_state_dict

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad])
for step, row in enumerate(torch.load("rows.pt")):
    model(**row).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    if step % 50 == 0:
        torch.save({"lora": get_peft_model_state_dict(model), "optimizer": optimizer.state_dict(), "step": step}, "last.pt")
torch.save({"lora": get_peft_model_state_dict(model), "optimizer": optimizer.state_dict(), "step": step}, "last.pt")  # expect: state-dict-only
