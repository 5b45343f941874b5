from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSequenceClassification, Trainer, TrainingArguments

NAME = "google-bert/bert-base-uncased"
ATTENTION = ("q_proj", "v_proj")
model = AutoModelForSequenceClassification.from_pretrained(NAME, num_labels=2)
config = LoraConfig(task_type="SEQ_CLS", r=8, target_modules=list(ATTENTION))  # expect: target-modules-mismatch
model = get_peft_model(model, config)
trainer = Trainer(
    model=model, args=TrainingArguments("ckpt"), train_dataset=load_dataset("imdb", split="train")
)
trainer.train()
model.save_pretrained("out")
