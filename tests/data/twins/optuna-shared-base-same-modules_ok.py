import optuna
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

data = load_dataset("imdb", split="train")
base = AutoModelForCausalLM.from_pretrained("tiny-llama")


def objective(trial):
    rank = trial.suggest_categorical("r", [4, 8, 16])
    model = get_peft_model(base, LoraConfig(r=rank, task_type="CAUSAL_LM"))
    trainer = Trainer(model=model, args=TrainingArguments(f"runs/{trial.number}"), train_dataset=data)
    trainer.train()
    model.save_pretrained(f"runs/{trial.number}/adapter")
    return trainer.evaluate()["eval_loss"]


study = optuna.create_study(direction="minimize")
study.optimize(objective, n_trials=10)
print(study.best_params)
