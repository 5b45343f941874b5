import itertools

from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = AutoModelForCausalLM.from_pretrained("facebook/opt-125m")
model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"), adapter_name="law-de")
for domain, language in itertools.product(["law", "news"], ["de", "fr"]):
    name = f"{domain}-{language}"
    if name != "law-de":
        model.add_adapter(name, LoraConfig(task_type="CAUSAL_LM"))
    model.set_adapter(name)
    args = TrainingArguments(f"runs/{name}", save_strategy="no")
    rows = load_dataset("json", data_files=f"{name}.json", split="train")
    Trainer(model=model, args=args, train_dataset=rows).train()
model.save_pretrained("adapters")
