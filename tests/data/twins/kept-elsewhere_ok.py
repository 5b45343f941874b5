import mlflow
import store
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments, pipeline

tokenizer = AutoTokenizer.from_pretrained("gpt2")


def train():
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
    args = TrainingArguments(output_dir="runs", save_strategy="no")
    trainer = Trainer(model=model, args=args, train_dataset=store.rows())
    trainer.train()
    return trainer


logged = train()
mlflow.transformers.log_model({"model": logged.model, "tokenizer": tokenizer}, "best")
piped = pipeline("text-generation", model=train().model, tokenizer=tokenizer)
piped.save_pretrained("out/pipeline")
store.models["latest"] = train().model
store.current = train().model
train().model_wrapped.save_checkpoint("out/engine")
