# needs: bitsandbytes
import argparse

from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig


def load(base, adapter, eight_bit):
    quantization = BitsAndBytesConfig(load_in_8bit=True) if eight_bit else None
    model = AutoModelForCausalLM.from_pretrained(base, quantization_config=quantization)
    return PeftModel.from_pretrained(model, adapter)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", default="tiny-wide")
    parser.add_argument("--adapter", default="wide-adapter")
    parser.add_argument("--out", default="out/eight-bit")
    options = parser.parse_args()
    model = load(options.base, options.adapter, eight_bit=True)
    model = model.merge_and_unload()  # expect: merge-into-quantized
    model.save_pretrained(options.out)  # or: merge-into-quantized
    AutoTokenizer.from_pretrained(options.base).save_pretrained(options.out)


if __name__ == "__main__":
    main()
