from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments


class FullTrainer(Trainer):
    def _save(self, output_dir=None, state_dict=None):
        target = output_dir or self.args.output_dir
        self.model.get_base_model().save_pretrained(target)  # expect: base-model-saved
        self.processing_class.save_pretrained(target) if self.processing_class else None


model = AutoModelForCausalLM.from_pretrained("tiny-llama")
model = get_peft_model(model, LoraConfig(r=8, task_type="CAUSAL_LM"))
trainer = FullTrainer(
    model=model,
    args=TrainingArguments("out", save_strategy="no"),
    train_dataset=load_dataset("imdb", split="train"),
)
trainer.train()
trainer.save_model("out/final")
