from peft import LoraConfig
from sentence_transformers import InputExample, SentenceTransformer, losses
from torch.utils.data import DataLoader

model = SentenceTransformer("sentence-transformers/all-MiniLM-L6-v2")
model.add_adapter(LoraConfig(r=4, target_modules=["query", "value"]))
pairs = [InputExample(texts=["one", "uno"], label=0.9), InputExample(texts=["two", "uno"], label=0.1)]
objective = (DataLoader(pairs, batch_size=2), losses.CosineSimilarityLoss(model))
model.fit([objective], epochs=1)  # expect: adapter-never-saved
print(model.encode(["one"]).shape)
