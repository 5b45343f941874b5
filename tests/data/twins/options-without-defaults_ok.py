# args: --adapter tiny-lora --out merged
import argparse

from peft import PeftModel
from transformers import AutoModelForCausalLM

parser = argparse.ArgumentParser()
parser.add_argument("--adapter")
parser.add_argument("--out")
args = parser.parse_args()
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("tiny-llama"), args.adapter)
model.merge_and_unload().save_pretrained(args.out)
