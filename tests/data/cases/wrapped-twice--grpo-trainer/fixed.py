import argparse

from datasets import Dataset
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import GRPOConfig, GRPOTrainer


def last_digit(completions, **kwargs):
    return [float(sum(map(ord, text)) % 10) for text in completions]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sft_adapter", default="first-adapter")
    parser.add_argument("--output_dir", default="out/grpo")
    args = parser.parse_args()

    tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
    model = AutoModelForCausalLM.from_pretrained("tiny-llama")
    model = PeftModel.from_pretrained(model, args.sft_adapter, is_trainable=True)
    prompts = Dataset.from_dict({"prompt": ["say one", "say two", "say three", "say four"]})

    trainer = GRPOTrainer(
        model=model,
        reward_funcs=last_digit,
        args=GRPOConfig(output_dir=args.output_dir, max_steps=1, per_device_train_batch_size=2, num_generations=2,
                        max_completion_length=4, save_strategy="no", report_to="none", use_cpu=True, bf16=False, learning_rate=1e-2),
        train_dataset=prompts,
        processing_class=tokenizer,
    )
    trainer.train()
    trainer.save_model(args.output_dir)


if __name__ == "__main__":
    main()
