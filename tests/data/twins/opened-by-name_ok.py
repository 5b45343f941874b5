from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments


def freeze(model, keep):
    for name, p in model.named_parameters():
        p.requires_grad = any(part in name for part in keep)


model = AutoModelForCausalLM.from_pretrained("facebook/opt-125m")
model = get_peft_model(model, LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
freeze(model, keep=["lora_A", "lora_B"])
args = TrainingArguments("ckpt")
trainer = Trainer(model=model, args=args, train_dataset=load_dataset("json", data_files="a.json")["train"])
trainer.train()
model.save_pretrained("out")
