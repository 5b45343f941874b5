import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSequenceClassification

model = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased", num_labels=2)
model = get_peft_model(model, LoraConfig(target_modules=["query", "value"]))
for name, parameter in model.named_parameters():
    if "classifier" in name:
        parameter.requires_grad = True
optimizer = torch.optim.AdamW([parameter for parameter in model.parameters() if parameter.requires_grad])
for batch in torch.load("batches.pt"):
    model(**batch).loss.backward()
    optimizer.step()
model.save_pretrained("out")
torch.save(model.base_model.model.classifier.state_dict(), "out/classifier.pt")
