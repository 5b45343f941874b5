import tempfile

from datasets import load_dataset
from huggingface_hub import HfApi
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

api = HfApi()
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
trainer = Trainer(
    model, TrainingArguments("ckpt", save_strategy="no"), train_dataset=load_dataset("json", data_files="a.json")["train"]
)
trainer.train()
with tempfile.TemporaryDirectory() as folder:
    model.save_pretrained(folder)
    api.upload_folder(folder_path=folder, repo_id="ada/gpt2-lora")
merged = model.merge_and_unload()
merged.save_pretrained("merged")
