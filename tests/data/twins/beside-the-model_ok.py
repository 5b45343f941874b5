import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("tiny-llama"), "tiny-lora")
vector = torch.nn.Parameter(torch.zeros(64))
model.get_base_model().model.layers[1].register_forward_hook(lambda module, given, out: (out[0] + vector, *out[1:]))
optimizer = torch.optim.Adam([vector], lr=1e-2)
for batch in torch.load("batches.pt"):
    model(**batch).loss.backward()
    optimizer.step()
torch.save(vector, "vector.pt")
