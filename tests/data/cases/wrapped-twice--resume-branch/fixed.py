# args:
# args: --adapter first-adapter
import argparse

from datasets import Dataset
from peft import LoraConfig, PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import SFTConfig, SFTTrainer

parser = argparse.ArgumentParser()
parser.add_argument("--adapter", help="continue from this adapter")
options = parser.parse_args()

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = AutoModelForCausalLM.from_pretrained("tiny-llama")
peft_config = LoraConfig(r=8, lora_alpha=16, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
if options.adapter:
    model = PeftModel.from_pretrained(model, options.adapter, is_trainable=True)
    peft_config = None

trainer = SFTTrainer(
    model=model,
    args=SFTConfig(output_dir="out/resumed", max_steps=2, per_device_train_batch_size=4, learning_rate=1e-2,
                   save_strategy="no", report_to="none", use_cpu=True, bf16=False, max_length=32),
    train_dataset=Dataset.from_dict({"text": [
    "the cat sat on the mat", "a dog ran in the park", "rain fell on the old town", "she read a long book",
    "he wrote a short letter", "birds sing in the morning", "the train was late again", "we drank tea by the sea",
]}),
    processing_class=tokenizer,
    peft_config=peft_config,
)
trainer.train()
trainer.save_model("out/resumed/final")
