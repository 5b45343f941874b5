import torch
import bitsandbytes as bnb
from bitsandbytes.functional import dequantize_4bit
from peft import PeftModel
from peft.utils import _get_submodules
from transformers import AutoModelForCausalLM, BitsAndBytesConfig


def dequantize(model):
    for name, module in model.named_modules():
        if isinstance(module, bnb.nn.Linear4bit):
            weights = dequantize_4bit(module.weight.data, module.weight.quant_state)
            new = torch.nn.Linear(module.in_features, module.out_features, bias=None)
            new.weight = torch.nn.Parameter(weights)
            parent, target, target_name = _get_submodules(model, name)
            setattr(parent, target_name, new)
    print(model)
    return model


config = BitsAndBytesConfig(load_in_4bit=True)
model = dequantize(AutoModelForCausalLM.from_pretrained("tiny-llama", quantization_config=config))
model = PeftModel.from_pretrained(model, "tiny-lora")
model = model.merge_and_unload()  # expect: merge-into-quantized
model.save_pretrained("out")
