from huggingface_hub import HfApi, upload_folder
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

api = HfApi()
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
Trainer(model, TrainingArguments("runs"), train_dataset=torch.load("rows.pt")).train()
model.merge_and_unload().save_pretrained("merged")  # expect: save-after-merge
api.create_repo("me/merged", exist_ok=True)
api.upload_folder(folder_path="merged", repo_id="me/merged")
upload_folder(folder_path="other", repo_id="me/merged")
