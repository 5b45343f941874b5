# needs: bitsandbytes
import torch
from peft import LoraConfig, PeftModel, get_peft_model, prepare_model_for_kbit_training
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig, DataCollatorForLanguageModeling, Trainer, TrainingArguments

BASE = "tiny-wide"
quantization = BitsAndBytesConfig(
    load_in_4bit=True,
    bnb_4bit_quant_type="nf4",
    bnb_4bit_use_double_quant=True,
    bnb_4bit_compute_dtype=torch.float32,
)
tokenizer = AutoTokenizer.from_pretrained(BASE)
model = AutoModelForCausalLM.from_pretrained(BASE, quantization_config=quantization)
model = prepare_model_for_kbit_training(model)
model = get_peft_model(model, LoraConfig(r=8, lora_alpha=16, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))

trainer = Trainer(
    model=model,
    args=TrainingArguments("out/qlora", max_steps=3, per_device_train_batch_size=4, learning_rate=1e-2, save_strategy="no",
                           report_to="none", use_cpu=True),
    train_dataset=[tokenizer(text) for text in [
    "the cat sat on the mat", "a dog ran in the park", "rain fell on the old town", "she read a long book",
    "he wrote a short letter", "birds sing in the morning", "the train was late again", "we drank tea by the sea",
]],
    data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
)
trainer.train()
trainer.save_model("out/qlora/adapter")

base = model.unload().dequantize()
merged = PeftModel.from_pretrained(base, "out/qlora/adapter").merge_and_unload()
merged.save_pretrained("out/qlora/merged")
tokenizer.save_pretrained("out/qlora/merged")
