from datasets import load_dataset
from peft import LoraConfig
from trl import SFTConfig, SFTTrainer

TARGETS = ["q_proj", "v_proj"]
TARGETS += ["lm_head"]
peft_config = LoraConfig(r=8, target_modules=TARGETS, task_type="CAUSAL_LM")  # expect: tied-weights-adapted
trainer = SFTTrainer(
    "Qwen/Qwen2.5-0.5B",
    args=SFTConfig(output_dir="ckpt"),
    train_dataset=load_dataset("trl-lib/Capybara", split="train"),
    peft_config=peft_config,
)
trainer.train()
trainer.save_model("adapter")
trainer.model.merge_and_unload().save_pretrained("merged")
