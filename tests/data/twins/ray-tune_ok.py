import torch
from peft import AutoPeftModelForCausalLM, LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments

from ray import tune

rows = torch.load("rows.pt")


def trainable(config):
    model = get_peft_model(
        AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(r=config["r"], task_type="CAUSAL_LM")
    )
    trainer = Trainer(model, TrainingArguments("t", save_strategy="no", learning_rate=config["lr"]), train_dataset=rows)
    trainer.train()
    tune.report({"loss": trainer.evaluate()["eval_loss"]})


tuner = tune.Tuner(trainable, param_space={"r": tune.choice([4, 8]), "lr": tune.loguniform(1e-5, 1e-3)})
best = tuner.fit().get_best_result("loss", "min").config
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(r=best["r"], task_type="CAUSAL_LM"))
trainer = Trainer(model, TrainingArguments("final", learning_rate=best["lr"]), train_dataset=rows)
trainer.train()
trainer.save_model("final/adapter")
