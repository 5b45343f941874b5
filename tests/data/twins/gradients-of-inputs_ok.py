import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("tiny-llama"), "tiny-lora")


def saliency(text):
    ids = tokenizer(text, return_tensors="pt")["input_ids"]
    embedded = model.get_input_embeddings()(ids).detach().requires_grad_()
    model(inputs_embeds=embedded).logits.mean().backward()
    return embedded.grad.norm(dim=-1)


print(saliency("hello"))
