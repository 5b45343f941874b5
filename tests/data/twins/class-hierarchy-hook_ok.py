import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


class BaseRecipe:
    model_name = "tiny-llama"

    def __init__(self):
        self.tokenizer = AutoTokenizer.from_pretrained(self.model_name)
        self.model = self.wrap(AutoModelForCausalLM.from_pretrained(self.model_name))

    def wrap(self, model):
        return model

    def before_save(self):
        pass

    def train(self):
        batch = self.tokenizer(["one two"], return_tensors="pt")
        optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-2)
        for _ in range(3):
            self.model(**batch, labels=batch["input_ids"]).loss.backward()
            optimizer.step()
            optimizer.zero_grad()

    def save(self, folder):
        self.before_save()
        self.model.save_pretrained(folder)

    def __call__(self, folder):
        self.train()
        self.save(folder)


class LoraRecipe(BaseRecipe):
    def wrap(self, model):
        return get_peft_model(super().wrap(model), LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM"))


class MergedRecipe(LoraRecipe):
    def before_save(self):
        super().before_save()
        self.model = self.model.merge_and_unload()


LoraRecipe()("out")
