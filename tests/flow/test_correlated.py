"""What tests of a script say of each other: a later test is answered by what earlier ones left open."""

from __future__ import annotations

import lora_lint

HEAD = """\
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, LlamaForCausalLM, Trainer, TrainingArguments

"""

EITHER_WAY = """\
def main(args):
    model = AutoModelForCausalLM.from_pretrained("base")
    if args.lora and not args.fast:
        model = get_peft_model(model, LoraConfig())
    elif args.lora and args.fast:
        model = get_peft_model(model, LoraConfig(r=4))
    if args.lora:
        model.print_trainable_parameters()
"""

TOLD_BY_AN_OPTION = """\
from trl import DPOConfig, DPOTrainer, ModelConfig, TrlParser, get_peft_config

args, options = TrlParser((DPOConfig, ModelConfig)).parse_args_and_config()
model = AutoModelForCausalLM.from_pretrained(options.model_name_or_path)
trainer = DPOTrainer(model=model, args=args, train_dataset=rows, peft_config=get_peft_config(options))
if options.use_peft:
    trainer.model.print_trainable_parameters()
trainer.train()
"""

TWO_TESTS_OF_ONE_ROUND = """\
import copy
import os

args = parser.parse_args()


def save(model, folder):
    if args.lora:
        copy.deepcopy(model).merge_and_unload().save_pretrained(folder)
    else:
        model.save_pretrained(folder)


def main():
    if args.prompt:
        config.length = args.length
    model = Anything.from_pretrained()
    if args.bits is not None:
        print(args.bits)
    if args.lora:
        model = get_peft_model(model)
    for epoch in range(1, args.epochs + 1):
        for batch in batches:
            if args.lora:
                loss = model().loss
            else:
                loss = model().loss
            loss.backward()
            step += 1
            if step % args.every == 0:
                save(model, os.path.join(args.out, "model_%d" % step))
                if score < best:
                    print(step)
"""


def test_what_earlier_tests_left_open_answers_a_later_one() -> None:
    assert lora_lint.check_source(HEAD + EITHER_WAY) == []


IN_LOWER_CASE = """\
def adapted(model, settings):
    method = str(settings.get("method", "lora")).lower()
    if method == "full":
        return model
    if method != "lora":
        raise ValueError(method)
    if LoraConfig is None or get_peft_model is None:
        raise ImportError("peft")
    return get_peft_model(model, LoraConfig())


def main(settings):
    method = str(settings.get("method", "lora")).lower()
    model = adapted(AutoModelForCausalLM.from_pretrained("base"), settings)
    if method == "lora":
        model.merge_and_unload()
"""


def test_a_text_is_the_same_in_lower_case_wherever_it_is_asked_for() -> None:
    assert lora_lint.check_source(HEAD + IN_LOWER_CASE) == []
    script = IN_LOWER_CASE.replace('    if method == "lora":\n', '    if settings.get("merge"):\n')
    assert [finding.name for finding in lora_lint.check_source(HEAD + script)] == ["missing-type-check"]


def test_what_no_earlier_test_answers_is_open() -> None:
    script = EITHER_WAY.replace("    if args.lora:", "    if args.fast:")
    assert [finding.name for finding in lora_lint.check_source(HEAD + script)] == ["missing-type-check"]


def test_whether_a_config_was_asked_for_is_told_by_the_option_that_says_so() -> None:
    assert lora_lint.check_source(HEAD + TOLD_BY_AN_OPTION) == []
    script = TOLD_BY_AN_OPTION.replace("if options.use_peft:", "if options.load_in_4bit:")
    assert [finding.name for finding in lora_lint.check_source(HEAD + script)] == ["missing-type-check"]


def test_a_model_hangs_on_the_test_that_made_it_not_on_one_of_a_round() -> None:
    assert [finding.name for finding in lora_lint.check_source(HEAD + TWO_TESTS_OF_ONE_ROUND)] == ["save-after-merge"]


PART = """\
def main(args, rows):
    model = get_peft_model(LlamaForCausalLM.from_pretrained("base"), LoraConfig())
    if args.projector_only:
        model.requires_grad_(False)
        for parameter in model.get_model().projector.parameters():
            parameter.requires_grad = True
    Trainer(model=model, args=TrainingArguments("out"), train_dataset=rows).train()
"""


def test_a_part_of_the_model_that_is_opened_again_is_what_is_to_train() -> None:
    assert lora_lint.check_source(HEAD + PART) == []
    closed = PART.replace("requires_grad = True", "requires_grad = False")
    assert [finding.name for finding in lora_lint.check_source(HEAD + closed)] == ["frozen-adapter"]


SEARCH = """\
best, lowest = None, float("inf")
for rank in (4, 8):
    model = get_peft_model(LlamaForCausalLM.from_pretrained("base"), LoraConfig(r=rank))
    trainer = Trainer(model=model, args=TrainingArguments("runs", save_strategy="no"), train_dataset=rows)
    trainer.train()
    loss = trainer.evaluate()["eval_loss"]
    if loss < lowest:
        best, lowest = model, loss
best.save_pretrained("out")
"""


def test_of_a_search_the_best_is_kept_and_the_others_are_not_missed() -> None:
    assert lora_lint.check_source(HEAD + SEARCH) == []
    unsaved = SEARCH.replace('best.save_pretrained("out")', "print(lowest)")
    assert [finding.name for finding in lora_lint.check_source(HEAD + unsaved)] == ["adapter-never-saved"]


PARALLEL = """\
import torch
from torch.nn.parallel import DistributedDataParallel


def main(args):
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("base"), LoraConfig())
    if args.parallel:
        model = DistributedDataParallel(model)
    optimizer = torch.optim.AdamW((p for p in model.parameters() if p.requires_grad), lr=args.lr)
    for batch in batches:
        model(**batch).loss.backward()
        optimizer.step()
    (model.module if args.parallel else model).save_pretrained("out")
"""


def test_an_optimizer_holds_the_adapter_under_either_of_two_keys() -> None:
    assert lora_lint.check_source(HEAD + PARALLEL) == []
    wrap = '    model = get_peft_model(AutoModelForCausalLM.from_pretrained("base"), LoraConfig())\n'
    late = PARALLEL.replace(wrap, '    model = AutoModelForCausalLM.from_pretrained("base")\n').replace(
        "    for batch", "    model = get_peft_model(model, LoraConfig())\n    for batch"
    )
    assert "optimizer-before-wrap" in {finding.name for finding in lora_lint.check_source(HEAD + late)}


WRAPPED_OUTSIDE = """\
from accelerate.utils import is_peft_model


class OwnTrainer(Trainer):
    def __init__(self, model, architecture, args):
        if isinstance(model, str):
            if architecture is None:
                architecture = AutoModelForCausalLM
            model = architecture.from_pretrained(model)
        if is_peft_model(model) and args.beta != 0.0:
            print(model.peft_config["default"])
        super().__init__(model, args)
"""


def test_a_value_is_none_of_those_that_it_is_on_neither_of_two_joined_paths() -> None:
    """Only models from outside pass the test; by which tests they came is forgotten where their paths meet."""
    assert lora_lint.check_source(HEAD + WRAPPED_OUTSIDE) == []
    kept = WRAPPED_OUTSIDE.replace(" model = ", " self.kept = ").replace("(model) and", "(self.kept) and")
    kept = kept.replace("isinstance(model, str):\n", "isinstance(model, str):\n            self.kept = model\n")
    assert lora_lint.check_source(HEAD + kept.replace("model.peft_config", "self.kept.peft_config")) == []
    plain = "        else:\n            model = architecture.from_pretrained('gpt2')\n"
    other = WRAPPED_OUTSIDE.replace("        if is_peft_model(model) and ", f"{plain}        if ")
    other = other.replace(" architecture.from", " AutoModelForCausalLM.from")
    assert [finding.name for finding in lora_lint.check_source(HEAD + other)] == ["peft-op-on-plain-model"]
