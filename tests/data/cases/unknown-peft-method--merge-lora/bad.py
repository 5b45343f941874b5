from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer


def merge(base_id, adapter_id, target):
    base = AutoModelForCausalLM.from_pretrained(base_id)
    model = PeftModel.from_pretrained(base, adapter_id)
    print("merging", adapter_id)
    merged = model.merge_lora()  # expect: unknown-peft-method
    merged.save_pretrained(target)
    AutoTokenizer.from_pretrained(base_id).save_pretrained(target)


for name in ("first-adapter", "second-adapter"):
    merge("tiny-llama", name, f"out/{name}-merged")
