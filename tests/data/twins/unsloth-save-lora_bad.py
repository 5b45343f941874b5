from unsloth import FastLanguageModel
from trl import SFTConfig, SFTTrainer

model, tokenizer = FastLanguageModel.from_pretrained("unsloth/Llama-3.2-1B", load_in_4bit=True)
model = FastLanguageModel.get_peft_model(model, r=16, target_modules=["q_proj"])
trainer = SFTTrainer(
    model=model, processing_class=tokenizer, args=SFTConfig(output_dir="o", save_strategy="no"), train_dataset=ds
)
trainer_stats = trainer.train()  # expect: adapter-never-saved
FastLanguageModel.for_inference(model)
if False:
    model.save_pretrained_merged("model", tokenizer, save_method="merged_16bit")
if hasattr(model, "fast_generate"):
    print(model.fast_generate(["one"]))
