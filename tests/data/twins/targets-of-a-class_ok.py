import argparse

from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import Seq2SeqTrainer, Seq2SeqTrainingArguments, T5ForConditionalGeneration

parser = argparse.ArgumentParser()
parser.add_argument("--base", required=True)
base = T5ForConditionalGeneration.from_pretrained(parser.parse_args().base)
config = LoraConfig(task_type="SEQ_2_SEQ_LM", target_modules=["q", "v"])
model = get_peft_model(base, config)
args = Seq2SeqTrainingArguments("runs", save_strategy="no")
Seq2SeqTrainer(model=model, args=args, train_dataset=load_dataset("json", data_files="a.json", split="train")).train()
model.save_pretrained("out")
