import torch
from peft import LoraConfig, get_peft_model
from torch.utils.checkpoint import checkpoint
from transformers import AutoModelForCausalLM, AutoTokenizer


def checkpoint_layers(model):
    """Recomputes each decoder layer in the backward pass."""
    for layer in model.base_model.model.model.layers:
        forward = layer.forward

        def recomputed(hidden, *args, _forward=forward, **kwargs):
            return checkpoint(lambda h: _forward(h, *args, **kwargs), hidden, use_reentrant=True)

        layer.forward = recomputed


def main():
    tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
    model = AutoModelForCausalLM.from_pretrained("tiny-llama")
    model = get_peft_model(model, LoraConfig(r=8, target_modules=["q_proj", "v_proj", "embed_tokens"], task_type="CAUSAL_LM"))
    model.train()
    checkpoint_layers(model)
    batch = tokenizer(["heads or tails", "black or white", "sink or swim", "do or die"], return_tensors="pt", padding=True)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    for _ in range(3):
        model(**batch, labels=batch["input_ids"], use_cache=False).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.save_pretrained("out/recomputed")


main()
