import argparse

from peft import PeftModel
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

parser = argparse.ArgumentParser()
parser.add_argument("--bits", type=int, default=None)
args = parser.parse_args()

kwargs = {}
if args.bits is not None:
    kwargs["quantization_config"] = BitsAndBytesConfig(load_in_4bit=True)
model = AutoModelForCausalLM.from_pretrained("tiny-llama", **kwargs)
model = PeftModel.from_pretrained(model, "tiny-lora")
if args.bits is None:
    model = model.merge_and_unload()
model.save_pretrained("out")
