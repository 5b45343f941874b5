from pathlib import Path

from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, DataCollatorForLanguageModeling, Trainer, TrainingArguments

TEXTS = [
    "the cat sat on the mat", "a dog ran in the park", "rain fell on the old town", "she read a long book",
    "he wrote a short letter", "birds sing in the morning", "the train was late again", "we drank tea by the sea",
]
OUT = Path("out/long-run")


def latest(folder):
    found = sorted(folder.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))
    return found[-1] if found else None


def train(steps):
    tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
    model = AutoModelForCausalLM.from_pretrained("tiny-llama")
    checkpoint = latest(OUT)
    if checkpoint is None:
        model = get_peft_model(model, LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
    else:
        model = PeftModel.from_pretrained(model, checkpoint)  # expect: adapter-not-trainable
    args = TrainingArguments(str(OUT), max_steps=steps, per_device_train_batch_size=4, learning_rate=1e-2, report_to="none",
                             use_cpu=True, gradient_checkpointing=True, save_steps=steps)
    trainer = Trainer(model=model, args=args, train_dataset=[tokenizer(text) for text in TEXTS],
                      data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False))
    trainer.train()
    trainer.save_model(str(OUT / "final"))


train(2)
train(4)
