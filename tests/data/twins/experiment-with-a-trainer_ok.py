import pandas as pd
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

scores = []
for rank in (2, 4):
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(r=rank, task_type="CAUSAL_LM"))
    args = TrainingArguments("runs", save_strategy="no", max_steps=2)
    rows = torch.load("rows.pt")
    trainer = Trainer(model, args, train_dataset=rows, eval_dataset=rows)
    trainer.train()
    scores.append({"rank": rank, **trainer.evaluate()})
pd.DataFrame(scores).to_csv("scores.csv")
