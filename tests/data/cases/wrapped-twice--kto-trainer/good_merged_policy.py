import os

from datasets import Dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import KTOConfig, KTOTrainer

OUT = os.environ.get("KTO_OUT", "out/kto")
ROWS = [
    {"prompt": "the sky is", "completion": " blue", "label": True},
    {"prompt": "ice is", "completion": " loud", "label": False},
    {"prompt": "a cat has", "completion": " fur", "label": True},
    {"prompt": "two plus two is", "completion": " red", "label": False},
]


def lora(rank):
    return LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")


tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
policy = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), lora(8))
settings = KTOConfig(output_dir=OUT, max_steps=2, per_device_train_batch_size=2, learning_rate=1e-2, save_strategy="no",
                     report_to="none", use_cpu=True, bf16=False, max_length=48)
kwargs = {"peft_config": lora(8), "processing_class": tokenizer, "train_dataset": Dataset.from_list(ROWS)}
policy = policy.merge_and_unload()
trainer = KTOTrainer(policy, args=settings, **kwargs)
trainer.train()
trainer.save_model(OUT)
