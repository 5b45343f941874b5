import argparse

from datasets import load_dataset
from peft import PeftModel
from transformers import AutoModelForCausalLM, Trainer

parser = argparse.ArgumentParser()
parser.add_argument("--before", default="")
args = parser.parse_args()

model = AutoModelForCausalLM.from_pretrained("gpt2")
if args.before:
    model = PeftModel.from_pretrained(model, args.before).merge_and_unload()
model = PeftModel.from_pretrained(model, "stage-one")
model = model.merge_and_unload()
for param in model.parameters():
    param.requires_grad = True
trainer = Trainer(model, train_dataset=load_dataset("rows", split="train"))
trainer.train()
model.save_pretrained("out")
