# args: --use_peft --output_dir out
from datasets import load_dataset
from transformers import AutoModelForCausalLM
from trl import ModelConfig, SFTConfig, SFTTrainer, TrlParser, get_peft_config

model_args, training_args = TrlParser((ModelConfig, SFTConfig)).parse_args_and_config()
if model_args.use_peft:
    peft_config = get_peft_config(model_args)
else:
    peft_config = None
trainer = SFTTrainer(
    model=AutoModelForCausalLM.from_pretrained("tiny-llama"),
    args=training_args,
    train_dataset=load_dataset("trl-lib/Capybara", split="train"),
    peft_config=peft_config,
)
if trainer.accelerator.is_main_process and peft_config:
    trainer.model.print_trainable_parameters()
trainer.train()
trainer.save_model()
