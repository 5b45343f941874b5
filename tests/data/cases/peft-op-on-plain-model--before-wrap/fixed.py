from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import SFTConfig, SFTTrainer

dataset = Dataset.from_dict({"text": [
    "the cat sat on the mat", "a dog ran in the park", "rain fell on the old town", "she read a long book",
    "he wrote a short letter", "birds sing in the morning", "the train was late again", "we drank tea by the sea",
]})
tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = AutoModelForCausalLM.from_pretrained("tiny-llama")
lora = LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")

trainer = SFTTrainer(
    model=model,
    args=SFTConfig(output_dir="out/sft", max_steps=2, per_device_train_batch_size=4, save_strategy="no", report_to="none",
                   use_cpu=True, bf16=False, max_length=32),
    train_dataset=dataset,
    processing_class=tokenizer,
    peft_config=lora,
)
trainer.train()
trainer.model.print_trainable_parameters()
trainer.save_model("out/sft/adapter")
