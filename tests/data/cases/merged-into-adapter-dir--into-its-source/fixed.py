import argparse
import os

from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer


def main():
    parser = argparse.ArgumentParser(description="merge an adapter into its base model")
    parser.add_argument("--base", default="tiny-llama")
    parser.add_argument("--adapter", default="first-adapter")
    parser.add_argument("--output", help="where to; beside the adapter when left out")
    args = parser.parse_args()

    model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(args.base), args.adapter)
    merged = model.merge_and_unload()
    target = args.output or f"{args.adapter}-merged"
    merged.save_pretrained(target)
    AutoTokenizer.from_pretrained(args.base).save_pretrained(target)
    print(sorted(os.listdir(target)))


if __name__ == "__main__":
    main()
