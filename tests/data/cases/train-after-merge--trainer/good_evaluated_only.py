from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, DataCollatorForLanguageModeling, Trainer, TrainingArguments

FIRST = ["up the hill", "down the lane", "over the fence", "under the bridge"]
SECOND = ["red and blue", "black and white", "green and gold", "pink and grey"]


def fit(model, tokenizer, texts, out):
    args = TrainingArguments(out, max_steps=3, per_device_train_batch_size=2, learning_rate=1e-2, save_strategy="no", report_to="none", use_cpu=True)
    trainer = Trainer(
        model=model,
        args=args,
        train_dataset=[tokenizer(text) for text in texts],
        data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
    )
    trainer.train()
    trainer.save_model(out)


tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = get_peft_model(
    AutoModelForCausalLM.from_pretrained("tiny-llama"),
    LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"),
)
fit(model, tokenizer, FIRST, "out/stage1")
model = model.merge_and_unload()
batch = tokenizer(SECOND, return_tensors="pt", padding=True)
print(model(**batch, labels=batch["input_ids"]).loss.item())
