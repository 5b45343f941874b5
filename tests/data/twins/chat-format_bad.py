from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig, Trainer
from trl import setup_chat_format

name = "meta-llama/Llama-3.2-1B"
model = AutoModelForCausalLM.from_pretrained(name, quantization_config=BitsAndBytesConfig(load_in_4bit=True))
model, tokenizer = setup_chat_format(model, AutoTokenizer.from_pretrained(name))
model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))
trainer = Trainer(model, train_dataset=load_dataset("rows", split="train"))
trainer.train()
trainer.save_model("adapter")
merged = model.merge_and_unload()  # expect: merge-into-quantized
merged.save_pretrained("merged")
