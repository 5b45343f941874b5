import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments

rows = torch.load("rows.pt")


class Sink:
    """Collects what is to be written and writes it at once."""

    def __init__(self):
        self.todo = []

    def __lshift__(self, job):
        self.todo.append(job)
        return self

    def flush(self):
        while self.todo:
            thing, out = self.todo.pop(0)
            thing.save_pretrained(out)  # expect: save-after-merge


sink = Sink()
tokenizer = AutoTokenizer.from_pretrained("gpt2")
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
Trainer(model, TrainingArguments("out", save_strategy="no"), train_dataset=rows).train()
sink << (tokenizer, "m") << (model.merge_and_unload(), "m")
sink.flush()
