from contextlib import contextmanager
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments


@contextmanager
def session(out):
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM"))
    try:
        yield model
    finally:
        model.merge_and_unload().save_pretrained(out)  # expect: save-after-merge


with session("out") as model:
    Trainer(model, TrainingArguments("tmp", save_strategy="no"), train_dataset=ds).train()
