import mlflow
import store
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments, pipeline

tokenizer = AutoTokenizer.from_pretrained("gpt2")


def train():
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
    args = TrainingArguments(output_dir="runs", save_strategy="no")
    trainer = Trainer(model=model, args=args, train_dataset=store.rows())
    trainer.train()  # expect: adapter-never-saved
    return trainer


logged = train()
mlflow.log_metrics(logged.evaluate())
piped = pipeline("text-generation", model=train().model, tokenizer=tokenizer)
print(piped("one"))
