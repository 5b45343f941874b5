from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training
from transformers import AutoModelForCausalLM, AutoTokenizer, DataCollatorForLanguageModeling, Trainer, TrainingArguments

TEXTS = [
    "the cat sat on the mat", "a dog ran in the park", "rain fell on the old town", "she read a long book",
    "he wrote a short letter", "birds sing in the morning", "the train was late again", "we drank tea by the sea",
]


class Job:
    def __init__(self, base, targets):
        self.tokenizer = AutoTokenizer.from_pretrained(base)
        self.model = AutoModelForCausalLM.from_pretrained(base)
        self.targets = targets

    def wrap(self):
        config = LoraConfig(r=8, target_modules=self.targets, task_type="CAUSAL_LM")
        self.model = get_peft_model(self.model, config)
        return self

    def prepare(self):
        self.model = prepare_model_for_kbit_training(self.model, use_gradient_checkpointing=True)
        self.model.set_adapter("default")
        return self

    def run(self, out):
        args = TrainingArguments(out, max_steps=3, per_device_train_batch_size=4, learning_rate=1e-2, save_strategy="no",
                                 report_to="none", use_cpu=True, gradient_checkpointing=True)
        trainer = Trainer(model=self.model, args=args, train_dataset=[self.tokenizer(text) for text in TEXTS],
                          data_collator=DataCollatorForLanguageModeling(self.tokenizer, mlm=False))
        trainer.train()
        trainer.save_model(out)


Job("tiny-llama", ["q_proj", "v_proj"]).wrap().prepare().run("out/job")
