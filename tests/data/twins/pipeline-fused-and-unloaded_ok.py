import torch
from diffusers import FluxPipeline, FluxTransformer2DModel
from peft import LoraConfig

NAME = "black-forest-labs/FLUX.1-dev"
transformer = FluxTransformer2DModel.from_pretrained(NAME, subfolder="transformer")
transformer.requires_grad_(False)
transformer.add_adapter(LoraConfig(r=4, init_lora_weights="gaussian", target_modules=["to_k", "to_q"]))
optimizer = torch.optim.AdamW([p for p in transformer.parameters() if p.requires_grad])
for batch in torch.load("latents.pt"):
    loss = transformer(**batch, return_dict=False)[0].pow(2).mean()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
pipe = FluxPipeline.from_pretrained(NAME, transformer=transformer)
transformer.save_lora_adapter("flux-lora")
pipe.fuse_lora(components=["transformer"])
pipe.unload_lora_weights()
pipe.transformer.save_pretrained("flux-fused")
