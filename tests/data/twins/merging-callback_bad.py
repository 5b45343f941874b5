from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainerCallback, TrainingArguments


class Keep(TrainerCallback):
    def on_train_end(self, args, state, control, model=None, **kwargs):
        model.merge_and_unload().save_pretrained(args.output_dir + "/final")  # expect: save-after-merge


model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM"))
trainer = Trainer(model, TrainingArguments("out", save_strategy="no"), train_dataset=ds, callbacks=[Keep()])
trainer.train()
