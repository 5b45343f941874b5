import lightning as L
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM


class Tuner(L.LightningModule):
    def __init__(self, name):
        super().__init__()
        model = AutoModelForCausalLM.from_pretrained(name)
        self.model = get_peft_model(model, LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM"))

    def training_step(self, batch, index):
        return self.model(**batch).loss

    def configure_optimizers(self):
        return torch.optim.AdamW(self.model.parameters(), lr=1e-3)

    def on_train_end(self):
        self.model.save_pretrained("out")


trainer = L.Trainer(max_epochs=1, enable_checkpointing=False, logger=False)
trainer.fit(Tuner("tiny-llama"), torch.utils.data.DataLoader([]))
