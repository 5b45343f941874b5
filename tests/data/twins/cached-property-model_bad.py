from functools import cached_property
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM
from trl import SFTConfig, SFTTrainer


class Tuning:
    def __init__(self, name, rank=8):
        self.name, self.rank = name, rank

    @cached_property
    def lora(self):
        return LoraConfig(r=self.rank, task_type="CAUSAL_LM")

    @cached_property
    def model(self):
        return get_peft_model(AutoModelForCausalLM.from_pretrained(self.name), self.lora)

    def run(self, ds):
        trainer = SFTTrainer(model=self.model, args=SFTConfig("out"), train_dataset=ds, peft_config=self.lora)  # expect: wrapped-twice
        trainer.train()
        trainer.save_model("out/final")


Tuning("tiny-llama").run(ds)
