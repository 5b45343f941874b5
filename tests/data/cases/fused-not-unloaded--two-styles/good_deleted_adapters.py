from pathlib import Path

from diffusers import DiffusionPipeline

STYLES = {"ink": 0.5, "wash": 1.0}


class StyleBaker:
    def __init__(self, source: str):
        self.source = source

    def bake(self, lora: str, scale: float, folder: Path) -> None:
        pipe = DiffusionPipeline.from_pretrained(self.source)
        pipe.load_lora_weights(lora, adapter_name="style")
        pipe.set_adapters(["style"], adapter_weights=[scale])
        pipe.fuse_lora(adapter_names=["style"])
        pipe.unet.unload_lora()
        pipe.unet.save_pretrained(folder / "unet")
        pipe.scheduler.save_pretrained(folder / "scheduler")


if __name__ == "__main__":
    baker = StyleBaker("tiny-diffusion")
    for name, scale in STYLES.items():
        baker.bake("tiny-diffusion-lora", scale, Path("out") / name)
