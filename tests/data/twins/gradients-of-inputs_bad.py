import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
base = AutoModelForCausalLM.from_pretrained("tiny-llama")
model = PeftModel.from_pretrained(base, "tiny-lora")  # expect: adapter-not-trainable


def step(text, optimizer):
    ids = tokenizer(text, return_tensors="pt")["input_ids"]
    embedded = model.get_input_embeddings()(ids).detach().requires_grad_()
    model(inputs_embeds=embedded).logits.mean().backward()
    optimizer.step()


step("hello", torch.optim.AdamW(model.parameters()))
model.save_pretrained("out")
