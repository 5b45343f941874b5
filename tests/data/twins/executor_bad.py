import asyncio
from concurrent.futures import ThreadPoolExecutor

from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments


async def fit(model, ds):
    trainer = Trainer(model, TrainingArguments("out", save_strategy="no"), train_dataset=ds)
    with ThreadPoolExecutor(max_workers=1) as pool:
        await asyncio.get_running_loop().run_in_executor(pool, trainer.train)
    return trainer


async def main():
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM"))
    trainer = await fit(model, ds)
    merged = trainer.model.merge_and_unload()
    await asyncio.get_running_loop().run_in_executor(None, merged.save_pretrained, "out/merged")  # expect: save-after-merge


asyncio.run(main())
