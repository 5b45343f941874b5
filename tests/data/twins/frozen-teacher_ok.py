import torch
import torch.nn.functional as F
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM

teacher = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("tiny-llama"), "tiny-lora").merge_and_unload()
student = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM"))
optimizer = torch.optim.AdamW(student.parameters())
for batch in torch.load("batches.pt"):
    target = teacher(**batch).logits.softmax(-1)
    F.kl_div(student(**batch).logits.log_softmax(-1), target, reduction="batchmean").backward()
    optimizer.step()
student.save_pretrained("student")
