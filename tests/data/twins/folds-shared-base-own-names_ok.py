from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

data = load_dataset("imdb", split="train")
base = AutoModelForCausalLM.from_pretrained("tiny-llama")


def train(fold, modules):
    model = get_peft_model(base, LoraConfig(target_modules=modules, task_type="CAUSAL_LM"), adapter_name=f"fold-{fold}")
    Trainer(model=model, args=TrainingArguments(f"runs/{fold}"), train_dataset=data.shard(2, fold)).train()
    model.save_pretrained(f"runs/{fold}/adapter")


train(0, ["q_proj", "v_proj"])
train(1, ["up_proj", "down_proj"])
