import torch
from diffusers import StableDiffusionPipeline
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict


def denoise(unet, steps=3):
    """A few steps on noise, in place of a data set."""
    torch.manual_seed(0)
    optimizer = torch.optim.AdamW([p for p in unet.parameters() if p.requires_grad], lr=1e-2)
    for step in range(steps):
        noise = torch.randn(2, 4, 8, 8)
        text = torch.randn(2, 3, unet.config.cross_attention_dim)
        loss = torch.nn.functional.mse_loss(unet(noise, step, text).sample, noise)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()


pipe = StableDiffusionPipeline.from_pretrained("tiny-diffusion")
unet = pipe.unet
unet.requires_grad_(False)
unet.add_adapter(LoraConfig(r=4, lora_alpha=4, target_modules=["to_q", "to_v"]))
denoise(unet)
unet.save_pretrained("out/unet-lora")  # expect: base-model-saved
