import numpy as np
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSequenceClassification, AutoTokenizer, Trainer, TrainingArguments

ROWS = [("what a lovely film", 1), ("dull from start to end", 0), ("I laughed and cried", 1), ("two hours lost", 0),
        ("the best of the year", 1), ("nobody can act in it", 0), ("go and see it", 1), ("ask for your money back", 0)]


def accuracy(prediction):
    logits, labels = prediction
    return {"accuracy": float((np.argmax(logits, axis=-1) == labels).mean())}


tokenizer = AutoTokenizer.from_pretrained("tiny-bert")
model = AutoModelForSequenceClassification.from_pretrained("tiny-bert", num_labels=2)
rows = [{**tokenizer(text, padding="max_length", max_length=32, truncation=True), "labels": label} for text, label in ROWS]

config = LoraConfig(r=8, lora_alpha=16, target_modules=["query", "value"], lora_dropout=0.1, task_type="SEQ_CLS")
model = get_peft_model(model, config)
model.print_trainable_parameters()

args = TrainingArguments(
    output_dir="out/reviews", max_steps=4, per_device_train_batch_size=4, learning_rate=1e-2, save_strategy="no",
    report_to="none", use_cpu=True,
)
trainer = Trainer(model=model, args=args, train_dataset=rows, eval_dataset=rows, compute_metrics=accuracy)
trainer.train()
print(trainer.evaluate())
model.save_pretrained("out/reviews/adapter")
tokenizer.save_pretrained("out/reviews/adapter")
