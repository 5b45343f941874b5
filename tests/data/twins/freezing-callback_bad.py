import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainerCallback, TrainingArguments

rows = torch.load("rows.pt")


class Freezer(TrainerCallback):
    def __init__(self, prefixes):
        self.prefixes = tuple(prefixes)

    def on_train_begin(self, args, state, control, model=None, **kwargs):
        for name, param in model.named_parameters():
            if name.startswith(self.prefixes):
                param.requires_grad = False  # expect: frozen-adapter


model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
trainer = Trainer(model, TrainingArguments("out"), train_dataset=rows, callbacks=[Freezer(["base_model"])])
trainer.train()
trainer.save_model("out/final")
