from dataclasses import dataclass, field
from typing import Optional

from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, HfArgumentParser, Trainer, TrainingArguments


@dataclass
class ScriptArguments:
    model_name: str = field(default="tiny-llama")
    adapter_dir: str = field(default="out/adapter")
    merged_dir: Optional[str] = field(default=None, metadata={"help": "where the merged model goes"})

    def __post_init__(self):
        if self.merged_dir is None:
            self.merged_dir = self.adapter_dir


def main():
    parser = HfArgumentParser((ScriptArguments, TrainingArguments))
    script_args, training_args = parser.parse_args_into_dataclasses()
    tokenizer = AutoTokenizer.from_pretrained(script_args.model_name)
    model = AutoModelForCausalLM.from_pretrained(script_args.model_name)
    model = get_peft_model(model, LoraConfig(r=8, task_type="CAUSAL_LM"))
    trainer = Trainer(model=model, args=training_args, train_dataset=load_dataset("imdb", split="train"))
    trainer.train()
    trainer.model.save_pretrained(script_args.adapter_dir)
    merged = trainer.model.merge_and_unload()
    merged.save_pretrained(script_args.merged_dir)  # expect: merged-into-adapter-dir
    tokenizer.save_pretrained(script_args.merged_dir)


if __name__ == "__main__":
    main()
