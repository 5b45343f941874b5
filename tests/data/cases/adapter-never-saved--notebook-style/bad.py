# %%
import torch
from datasets import Dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import SFTConfig, SFTTrainer

# %%
base = "tiny-llama"
tok = AutoTokenizer.from_pretrained(base)
model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)

# %%
ds = Dataset.from_dict({"text": [
    "the cat sat on the mat", "a dog ran in the park", "rain fell on the old town", "she read a long book",
    "he wrote a short letter", "birds sing in the morning", "the train was late again", "we drank tea by the sea",
]})
ds[0]

# %%
model = get_peft_model(model, LoraConfig(r=8, target_modules="all-linear", task_type="CAUSAL_LM"))
model.print_trainable_parameters()

# %%
cfg = SFTConfig(output_dir="out/nb", max_steps=2, per_device_train_batch_size=4, save_strategy="no", report_to="none", use_cpu=True, bf16=False, learning_rate=1e-2)
trainer = SFTTrainer(model=model, args=cfg, train_dataset=ds, processing_class=tok)
trainer.train()  # expect: adapter-never-saved

# %%
trainer.state.log_history[-1]["train_loss"]

# %%
ids = tok("rain fell", return_tensors="pt")
tok.decode(model.generate(**ids, max_new_tokens=4)[0])
