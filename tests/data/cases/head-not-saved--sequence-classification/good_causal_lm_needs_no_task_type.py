from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, DataCollatorForLanguageModeling, Trainer, TrainingArguments

ROWS = ["what a lovely film", "dull from start to end", "I laughed and cried", "two hours lost",
        "the best of the year", "nobody can act in it", "go and see it", "ask for your money back"]

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = AutoModelForCausalLM.from_pretrained("tiny-llama")
rows = [tokenizer(text) for text in ROWS]

config = LoraConfig(r=8, lora_alpha=16, target_modules=["q_proj", "v_proj"], lora_dropout=0.1)
model = get_peft_model(model, config)
model.print_trainable_parameters()

args = TrainingArguments(
    output_dir="out/reviews", max_steps=4, per_device_train_batch_size=4, learning_rate=1e-2, save_strategy="no",
    report_to="none", use_cpu=True,
)
collator = DataCollatorForLanguageModeling(tokenizer, mlm=False)
trainer = Trainer(model=model, args=args, train_dataset=rows, data_collator=collator)
trainer.train()
model.save_pretrained("out/reviews/adapter")
