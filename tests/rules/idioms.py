"""A script to write idioms of Python into: what it begins with, what it ends with, what is found in it."""

from __future__ import annotations

import lora_lint

HEAD = """\
import enum
import itertools
import pickle
import types
from functools import singledispatch

import numpy as np
import torch
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, BertForSequenceClassification

model = AutoModelForCausalLM.from_pretrained("gpt2")
"""
WRAP = "model = get_peft_model(model, LoraConfig())\n"
TRAIN = "model(**batch).loss.backward()\noptimizer.step()\n"
SAVE = 'model.save_pretrained("out")\n'
NEVER = ["adapter-never-saved"]
MADE = "optimizer = torch.optim.SGD(model.parameters())\n"
NETWORK = """\
class Network(torch.nn.Module):
    def __init__(self, base):
        super().__init__()
        self.base = base
        self.head = {}

    def forward(self, batch):
        return self.head(self.base(**batch).logits)


network = Network(model)
network(batch).mean().backward()
optimizer.step()
"""


def found(body: str) -> list[str]:
    return [finding.name for finding in lora_lint.check_source(HEAD + body)]
