import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModel, AutoTokenizer


class Embedder:
    def __init__(self, base="tiny-bert"):
        self.tokenizer = AutoTokenizer.from_pretrained(base)
        self.model = get_peft_model(AutoModel.from_pretrained(base), LoraConfig(r=8, target_modules=["query", "value"]))

    def embed(self, texts):
        batch = self.tokenizer(texts, return_tensors="pt", padding=True)
        return torch.nn.functional.normalize(self.model(**batch).last_hidden_state[:, 0], dim=-1)

    def fit(self, pairs, epochs=3):
        optimizer = torch.optim.AdamW((p for p in self.model.parameters() if p.requires_grad), lr=1e-2)
        left, right = zip(*pairs)
        for epoch in range(epochs):
            scores = self.embed(list(left)) @ self.embed(list(right)).T / 0.05
            torch.nn.functional.cross_entropy(scores, torch.arange(len(pairs))).backward()
            optimizer.step()
            optimizer.zero_grad()
        return self

    def save(self, folder):
        self.model.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)


Embedder().fit([("a cat", "an animal"), ("a rose", "a flower"), ("a car", "a machine")]).save("out/embedder")
