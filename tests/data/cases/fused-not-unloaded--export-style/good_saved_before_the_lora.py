import argparse

import torch
from diffusers import StableDiffusionPipeline


def parse():
    parser = argparse.ArgumentParser(description="bake a style into a pipeline")
    parser.add_argument("--pipeline", default="tiny-diffusion")
    parser.add_argument("--lora", default="tiny-diffusion-lora")
    parser.add_argument("--scale", type=float, default=0.8)
    parser.add_argument("--out", default="out/styled")
    return parser.parse_args()


def main():
    args = parse()
    pipe = StableDiffusionPipeline.from_pretrained(args.pipeline, torch_dtype=torch.float32)
    pipe.save_pretrained(args.out)
    pipe.load_lora_weights(args.lora)
    pipe.fuse_lora(lora_scale=args.scale)
    print(pipe.num_fused_loras, "fused for this session only")


if __name__ == "__main__":
    main()
