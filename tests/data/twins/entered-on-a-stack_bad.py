import torch
from peft import AutoPeftModelForCausalLM, LoraConfig, PeftModel, TaskType, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments

from contextlib import ExitStack, contextmanager


@contextmanager
def task(model, name):
    model.add_adapter(name, LoraConfig(r=4, task_type="CAUSAL_LM"))
    model.set_adapter(name)
    try:
        yield name
    finally:
        model.delete_adapter(name)  # expect: adapter-deleted-before-save


model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"), adapter_name="seed")
for name in ("summaries", "titles"):
    with ExitStack() as stack:
        stack.enter_context(task(model, name))
        Trainer(model, TrainingArguments(f"runs/{name}", save_strategy="no"), train_dataset=torch.load(f"{name}.pt")).train()
        print(name, "done")
