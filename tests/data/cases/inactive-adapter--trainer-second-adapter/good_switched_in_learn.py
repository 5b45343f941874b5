from peft import LoraConfig, PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer, DataCollatorForLanguageModeling, Trainer, TrainingArguments

TEXTS = [
    "the cat sat on the mat", "a dog ran in the park", "rain fell on the old town", "she read a long book",
    "he wrote a short letter", "birds sing in the morning", "the train was late again", "we drank tea by the sea",
]


class Continual:
    """Keeps the first adapter, learns another one beside it."""

    def __init__(self, base, first):
        self.tokenizer = AutoTokenizer.from_pretrained(base)
        self.model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), first, adapter_name="old", is_trainable=True)
        self.model.add_adapter("new", LoraConfig(r=4, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))

    def learn(self, texts, out):
        trainer = Trainer(
            model=self.model,
            args=TrainingArguments(out, max_steps=3, per_device_train_batch_size=4, learning_rate=1e-2, save_strategy="no",
                                   report_to="none", use_cpu=True),
            train_dataset=[self.tokenizer(text) for text in texts],
            data_collator=DataCollatorForLanguageModeling(self.tokenizer, mlm=False),
        )
        self.model.set_adapter("new")
        trainer.train()
        self.model.save_pretrained(out, selected_adapters=["new"])


Continual("tiny-llama", "first-adapter").learn(TEXTS, "out/continual")
