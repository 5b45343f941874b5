import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


class LoraRun:
    def __init__(self, base: str, rank: int = 8):
        self.tokenizer = AutoTokenizer.from_pretrained(base)
        config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
        self.model = get_peft_model(AutoModelForCausalLM.from_pretrained(base), config)

    def train(self, texts, steps=3):
        batch = self.tokenizer(texts, return_tensors="pt", padding=True)
        optimizer = torch.optim.AdamW([p for p in self.model.parameters() if p.requires_grad], lr=1e-2)
        for _ in range(steps):
            self.model(**batch, labels=batch["input_ids"]).loss.backward()
            optimizer.step()
            optimizer.zero_grad()

    def finish(self, folder):
        self.model.save_adapter(folder, "default")  # expect: unknown-peft-method


run = LoraRun("tiny-llama")
run.train(["turn left at the mill", "follow the river north", "rest under the bridge", "be home by night"])
run.finish("out/walks")
