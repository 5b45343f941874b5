import asyncio
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments


async def fit(model, ds):
    trainer = Trainer(model, TrainingArguments("out", save_strategy="no"), train_dataset=ds)
    await asyncio.to_thread(trainer.train)
    await asyncio.to_thread(trainer.save_model, "out/adapter")
    return trainer


async def main():
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM"))
    trainer = await fit(model, ds)
    merged = trainer.model.merge_and_unload()
    await asyncio.to_thread(merged.save_pretrained, "out/merged")


asyncio.run(main())
