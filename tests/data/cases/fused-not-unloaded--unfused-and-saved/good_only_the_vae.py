from diffusers import StableDiffusionPipeline

pipe = StableDiffusionPipeline.from_pretrained("tiny-diffusion")
pipe.load_lora_weights("tiny-diffusion-lora")
pipe.fuse_lora(lora_scale=0.5)
print(pipe.num_fused_loras)
pipe.unfuse_lora()
pipe.vae.save_pretrained("out/vae")
