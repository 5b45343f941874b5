import time

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


def upload(net, repo, tries=3):
    for attempt in range(tries):
        try:
            net.push_to_hub(repo)
            return True
        except (OSError, ConnectionError) as error:
            print(attempt, error)
            time.sleep(2**attempt)
    return False


tok = AutoTokenizer.from_pretrained("tiny-llama")
student = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM"))
opt = torch.optim.AdamW(student.parameters(), lr=1e-2)
for text in ["a", "b"]:
    row = tok(text, return_tensors="pt")
    student(**row, labels=row["input_ids"]).loss.backward()
    opt.step()
if upload(student, "me/student-lora"):
    student = student.merge_and_unload()
