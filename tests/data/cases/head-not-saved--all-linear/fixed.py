import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSequenceClassification, AutoTokenizer


class Classifier:
    def __init__(self, base="tiny-llama", labels=("no", "yes", "maybe")):
        self.labels = labels
        self.tokenizer = AutoTokenizer.from_pretrained(base)
        model = AutoModelForSequenceClassification.from_pretrained(base, num_labels=len(labels))
        lora = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear", task_type="SEQ_CLS")
        self.model = get_peft_model(model, lora)

    def fit(self, pairs, epochs=3):
        optimizer = torch.optim.AdamW((p for p in self.model.parameters() if p.requires_grad), lr=1e-2)
        texts = [text for text, _ in pairs]
        target = torch.tensor([self.labels.index(answer) for _, answer in pairs])
        batch = self.tokenizer(texts, return_tensors="pt", padding=True)
        for epoch in range(epochs):
            loss = self.model(**batch, labels=target).loss
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        return self

    def save(self, folder):
        self.model.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)


Classifier().fit([("is water wet", "yes"), ("is fire cold", "no"), ("will it rain", "maybe"), ("do fish swim", "yes")]).save("out/answers")
