from datasets import load_dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM
from trl import SFTConfig, SFTTrainer

model = AutoModelForCausalLM.from_pretrained("tiny-llama")
trainer = SFTTrainer(
    model=model,
    args=SFTConfig(output_dir="runs", save_strategy="no"),
    train_dataset=load_dataset("imdb", split="train"),
    peft_config=LoraConfig(r=8, task_type="CAUSAL_LM"),
)
trainer.train()
if hasattr(trainer, "save_adapter"):
    trainer.save_adapter("out")
else:
    model.save_pretrained("out")  # expect: base-model-saved
