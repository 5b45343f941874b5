# args: --adapter tiny-lora
import argparse

from peft import PeftModel
from transformers import AutoModelForCausalLM

parser = argparse.ArgumentParser()
parser.add_argument("--adapter")
args = parser.parse_args()
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("tiny-llama"), args.adapter)
model.merge_and_unload().save_pretrained(args.adapter)  # expect: merged-into-adapter-dir
