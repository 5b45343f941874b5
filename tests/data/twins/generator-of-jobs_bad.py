from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments


def jobs(*ranks):
    for rank in ranks:
        model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(r=rank, task_type="CAUSAL_LM"))
        Trainer(model, TrainingArguments(f"out/{rank}", save_strategy="no"), train_dataset=ds).train()
        yield rank, model.merge_and_unload()


for rank, model in jobs(4, 8):
    model.save_pretrained(f"out/{rank}")  # expect: save-after-merge
