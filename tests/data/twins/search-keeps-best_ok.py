from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments
best, best_loss = None, float("inf")
for r in (4, 8):
    for lr in (1e-4, 3e-4):
        model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(r=r, task_type="CAUSAL_LM"))
        trainer = Trainer(model, TrainingArguments("tmp", learning_rate=lr, save_strategy="no"), train_dataset=ds, eval_dataset=ds)
        trainer.train()
        loss = trainer.evaluate()["eval_loss"]
        if loss < best_loss:
            best, best_loss = model, loss
best.save_pretrained("out/best")
