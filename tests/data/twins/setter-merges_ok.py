import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


class Slot:
    def __init__(self):
        self._value = None

    @property
    def value(self):
        return self._value

    @value.setter
    def value(self, new):
        if isinstance(new, PeftModel):
            new.save_pretrained("out/lora")
            new = new.merge_and_unload()
        self._value = new


tok = AutoTokenizer.from_pretrained("tiny-llama")
net = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM"))
opt = torch.optim.AdamW(net.parameters(), lr=1e-2)
row = tok("a", return_tensors="pt")
net(**row, labels=row["input_ids"]).loss.backward()
opt.step()
slot = Slot()
slot.value = net
slot.value.save_pretrained("out/full")
