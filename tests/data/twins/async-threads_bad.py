import asyncio

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


async def fit(model, tokenizer):
    batch = tokenizer(["one two"], return_tensors="pt")
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for _ in range(3):
        model(**batch, labels=batch["input_ids"]).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        await asyncio.sleep(0)
    return model


async def publish(model, folder):
    await asyncio.to_thread(model.save_pretrained, folder)  # expect: save-after-merge


async def main():
    tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
    model = get_peft_model(
        AutoModelForCausalLM.from_pretrained("tiny-llama"),
        LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM"),
    )
    model = await fit(model, tokenizer)
    await publish(model.merge_and_unload(), "out/full")


asyncio.run(main())
