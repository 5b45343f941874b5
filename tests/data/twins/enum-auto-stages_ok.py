from enum import Enum, auto

import torch
from peft import LoraConfig, TaskType, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


class Stage(Enum):
    TRAIN = auto()
    SAVE = auto()
    MERGE = auto()
    DONE = auto()


ORDER = [Stage.TRAIN, Stage.SAVE, Stage.MERGE, Stage.DONE]


def main():
    tok = AutoTokenizer.from_pretrained("gpt2")
    model = AutoModelForCausalLM.from_pretrained("gpt2")
    model = get_peft_model(model, LoraConfig(r=4, task_type=TaskType.CAUSAL_LM))
    for stage in ORDER:
        if stage is Stage.TRAIN:
            opt = torch.optim.SGD(model.parameters(), lr=0.1)
            for text in open("corpus.txt"):
                batch = tok(text, return_tensors="pt")
                model(**batch, labels=batch["input_ids"]).loss.backward()
                opt.step()
                opt.zero_grad()
        elif stage is Stage.SAVE:
            model.save_pretrained("adapter")
        elif stage is Stage.MERGE:
            merged = model.merge_and_unload()
            merged.save_pretrained("merged")
        else:
            break


main()
