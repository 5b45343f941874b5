import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModel, AutoTokenizer


class RewardModel(torch.nn.Module):
    def __init__(self, name):
        super().__init__()
        backbone = AutoModel.from_pretrained(name)
        self.backbone = get_peft_model(backbone, LoraConfig(target_modules=["q_proj"]))
        self.score = torch.nn.Linear(backbone.config.hidden_size, 1)

    def forward(self, **batch):
        return self.score(self.backbone(**batch).last_hidden_state[:, -1])

    def save(self, folder):
        self.backbone.save_pretrained(folder)
        torch.save(self.score.state_dict(), f"{folder}/score.pt")


tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
reward = RewardModel("tiny-llama")
batch = tokenizer(["one two"], return_tensors="pt")
optimizer = torch.optim.AdamW(reward.parameters(), lr=1e-2)
for _ in range(3):
    reward(**batch).sum().backward()
    optimizer.step()
    optimizer.zero_grad()
reward.save("out")
