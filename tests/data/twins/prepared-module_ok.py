import copy

from accelerate import Accelerator
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

accelerator = Accelerator()


def export(model, folder):
    model.save_pretrained(f"{folder}/adapter")
    copy.deepcopy(model).merge_and_unload().save_pretrained(f"{folder}/merged")


model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
model, optimizer = accelerator.prepare(model, make_optimizer(model))
for step, batch in enumerate(loader):
    accelerator.backward(model(**batch).loss)
    optimizer.step()
    if step % 100 == 0:
        export(model.module, f"out/{step}")
