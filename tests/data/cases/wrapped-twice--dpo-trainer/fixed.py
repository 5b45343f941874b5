from datasets import Dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import DPOConfig, DPOTrainer

pairs = Dataset.from_list([
    {"prompt": "the sky is", "chosen": " blue", "rejected": " cheese"},
    {"prompt": "ice is", "chosen": " cold", "rejected": " loud"},
    {"prompt": "a cat has", "chosen": " fur", "rejected": " wheels"},
    {"prompt": "two plus two is", "chosen": " four", "rejected": " red"},
])


def build_model(name, config):
    model = AutoModelForCausalLM.from_pretrained(name)
    model = get_peft_model(model, config)
    model.print_trainable_parameters()
    return model


def main():
    config = LoraConfig(r=8, lora_alpha=16, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
    trainer = DPOTrainer(
        model=build_model("tiny-llama", config),
        ref_model=None,
        args=DPOConfig(output_dir="out/dpo", max_steps=2, per_device_train_batch_size=2, learning_rate=1e-2,
                       save_strategy="no", report_to="none", use_cpu=True, bf16=False, max_length=48),
        train_dataset=pairs,
        processing_class=tokenizer,
    )
    trainer.train()
    trainer.save_model("out/dpo/final")


if __name__ == "__main__":
    main()
