from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments


class Base:
    def __init__(self, name):
        self.net = get_peft_model(AutoModelForCausalLM.from_pretrained(name), LoraConfig(task_type="CAUSAL_LM"))

    def fit(self, ds):
        Trainer(self.net, TrainingArguments("tmp", save_strategy="no"), train_dataset=ds).train()

    def export(self, out):
        full = self.merge()
        full.save_pretrained(out + "/full")
        self.net.save_pretrained(out + "/adapter")  # expect: emptied-adapter-saved

    def merge(self):
        raise NotImplementedError


class Merging(Base):
    def merge(self):
        return self.net.merge_and_unload(safe_merge=True)


job = Merging("tiny-llama")
job.fit(ds)
job.export("out")
