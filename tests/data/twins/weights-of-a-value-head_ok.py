import os
from trl import AutoModelForCausalLMWithValueHead
import torch
from peft import LoraConfig, get_peft_model
from transformers import Trainer, TrainingArguments


def weights(model):
    save_dict = {}
    state_dict = model.state_dict()
    for key, value in model.named_parameters():
        if value.requires_grad:
            if 'pretrained_model.' in key:
                key = key.replace('pretrained_model.', '')
            save_dict[key] = state_dict[key]
    return save_dict


class T(Trainer):
    def save_model(self, output_dir=None, _internal_call=False):
        if self.args.should_save and self.accelerator.is_main_process:
            os.makedirs(output_dir, exist_ok=True)
            model = self.accelerator.unwrap_model(self.model)
            state_dict = weights(model.base_model.model)
            model.base_model.model.save_pretrained(output_dir, state_dict=state_dict, safe_serialization=True)
            model.peft_config['default'].save_pretrained(output_dir)


model = get_peft_model(AutoModelForCausalLMWithValueHead.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
trainer = T(model=model, args=TrainingArguments("runs", save_strategy="epoch"), train_dataset=torch.load("rows.pt"))
trainer.train()
