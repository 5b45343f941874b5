"""Scripts that this environment cannot run as they are: what lies beyond that is looked at.

What is known for what it is, and met before there is an adapter to lose, takes nothing away from a proof. All else
proves nothing.
"""

from __future__ import annotations

import pytest
from tests.runner.conftest import Ran, Run, carried
from tests.runner.samples import HEAD, KEPT, LOOP, LOST, SAVE, TRAINED, TRAINER

BEYOND = "With stand-ins for that: the adapter files appear"


def beyond(ran: Ran) -> str:
    """What a run could only look beyond."""
    assert (ran.exit, ran.json["verdict"]) == (3, "inconclusive")
    assert ran.json["reason"].endswith(BEYOND), ran.json["reason"]
    return str(ran.json["reason"])


def test_a_class_that_moved_is_found_where_it_is_now(run: Run) -> None:
    optimizer = "from transformers import AdamW\n" + LOOP.replace("torch.optim.AdamW", "AdamW")
    assert "transformers 5.23.0 has no AdamW; now torch.optim.AdamW" in carried(run(HEAD + optimizer + SAVE))


def test_a_function_that_was_renamed_is_the_new_one(run: Run) -> None:
    text = "from peft import prepare_model_for_int8_training\n"
    why = carried(run(text + HEAD.replace("(base,", "(prepare_model_for_int8_training(base),") + LOOP + SAVE))
    assert "now prepare_model_for_kbit_training" in why


def test_a_chat_was_a_list_of_ids_until_transformers_4(run: Run) -> None:
    text = """\
tokenizer = AutoTokenizer.from_pretrained("Qwen/Qwen2.5-0.5B-Instruct")
ids = tokenizer.apply_chat_template([{"role": "user", "content": "hi"}]) + [1]
"""
    assert "return_dict=False" in carried(run(HEAD + TRAINER + text + LOOP + SAVE))


def test_packages_that_a_script_looks_for_before_it_begins_do_nothing_either(run: Run) -> None:
    text = """\
import sys

missing = []
for name in ("torch", "tracker_of_nobody", "board_of_nobody"):
    try:
        __import__(name)
    except ImportError:
        missing.append(name)
if missing:
    sys.exit(1)
"""
    why = carried(run(text + KEPT))
    assert "pip install tracker_of_nobody" in why
    assert "1 more of the kind" in why


def test_a_package_of_which_nothing_is_known_does_nothing(run: Run) -> None:
    text = "from tracker_of_nobody import watch, Board\nboard = Board()\nboard.log(watch(1))\n"
    assert "pip install tracker_of_nobody" in carried(run(text + KEPT))


def test_a_lost_adapter_beyond_is_corrected(run: Run) -> None:
    ran = run("import tracker_of_nobody\n" + LOST)
    assert carried(ran)
    assert ran.json["corrected"]


def test_all_names_that_a_statement_imports_in_vain_cost_one_attempt(run: Run) -> None:
    names = ["HammingDiversityLogitsProcessor", "top_k_top_p_filtering", "PyTorchBenchmark", "SquadFeatures"]
    why = carried(run(f"from transformers import {', '.join(names)}\n" + KEPT))
    assert why.endswith("(and 3 more of the kind)")


def test_a_module_that_is_gone_gives_what_the_library_still_has(run: Run) -> None:
    text = """\
from transformers.models.llama.tokenization_llama_fast import LlamaTokenizerFast
from trl.core import flatten_dict

LlamaTokenizerFast.from_pretrained("meta-llama/Llama-3.2-1B")("a")
flatten_dict({})
"""
    why = carried(run(text + KEPT))
    assert "has no tokenization_llama_fast; one of its releases 4.30 to 4.57 has it (and 1 more of the kind)" in why


def test_parts_of_trl_that_moved_are_the_same_parts(run: Run) -> None:
    text = """\
from trl.trainer.utils import DPODataCollatorWithPadding, pad_to_length
import torch

assert pad_to_length(torch.ones(1, 2), 4, 0).tolist() == [[1, 1, 0, 0]]
"""
    assert "now trl.experimental.utils.DPODataCollatorWithPadding" in carried(run(text + KEPT))


def test_a_module_that_no_release_is_known_to_have_had_is_not_made_up(run: Run) -> None:
    ran = run("import trl.misspelt\n" + KEPT)
    assert ran.exit == 3
    assert ran.json["reason"].endswith("has no misspelt")


def test_a_name_that_no_release_is_known_to_have_had_proves_nothing(run: Run) -> None:
    assert "has no misspelt_name" in beyond(run("from transformers.utils import misspelt_name\n" + KEPT))


def test_an_argument_that_no_release_is_known_to_have_had_proves_nothing(run: Run) -> None:
    text = 'from transformers import TrainingArguments\nTrainingArguments("o", learning_rat=1.0)\n'
    assert "learning_rat" in beyond(run(text + KEPT))


def test_what_stops_a_script_between_training_and_save_loses_the_adapter_here(run: Run) -> None:
    """With the installed release the hours of training would be gone."""
    text = 'from transformers import TrainingArguments\nTrainingArguments("o", evaluation_strategy="no")\n'
    assert "has no evaluation_strategy; now eval_strategy" in beyond(run(HEAD + LOOP + text + SAVE))


def test_classes_of_a_model_whose_code_is_not_here_are_those_of_transformers(run: Run) -> None:
    text = "from modeling_of_nobody import ChatOfNobodyForConditionalGeneration, OfNobodyTokenizer\n"
    text += KEPT.replace("AutoModelForCausalLM.from", "ChatOfNobodyForConditionalGeneration.from")
    carried(run(text + "OfNobodyTokenizer.from_pretrained('meta-llama/Llama-3.2-1B')('a')\n"))


def test_exceptions_of_a_package_that_is_not_here_can_be_caught(run: Run) -> None:
    text = (
        "from service_of_nobody import ServiceError\ntry:\n    int('x')\nexcept (ServiceError, ValueError):\n    pass\n"
    )
    carried(run(text + KEPT))


def test_a_class_of_the_scripts_own_under_a_name_that_transformers_has_taken_since(run: Run) -> None:
    text = """\
from transformers import AutoConfig, LlamaConfig

class LlavaConfig(LlamaConfig):
    model_type = "llava"

AutoConfig.register("llava", LlavaConfig)
"""
    assert "has a llava of its own" in carried(run(text + KEPT))


def test_a_chat_was_added_to_a_list_of_ids(run: Run) -> None:
    text = """\
import torch
from transformers import AutoTokenizer

words = AutoTokenizer.from_pretrained("Qwen/Qwen2.5-0.5B")
ids = [1]
ids += words.apply_chat_template([{"role": "user", "content": "hello"}])
torch.LongTensor(ids)
"""
    assert "wants return_dict=False for ids" in carried(run(text + KEPT))


def test_the_first_row_of_a_chat_was_taken_for_its_ids(run: Run) -> None:
    text = """\
from transformers import AutoTokenizer

words = AutoTokenizer.from_pretrained("Qwen/Qwen2.5-0.5B")
ids = words.apply_chat_template([{"role": "user", "content": "hello"}], return_tensors="pt")[0]
assert ids.shape[0] > 1
"""
    assert "wants return_dict=False for ids" in carried(run(text + KEPT))


def test_the_work_of_the_first_of_spawned_processes_is_done(run: Run) -> None:
    text = """\
import torch.multiprocessing as mp
import wandb
from diffusers.utils import is_wandb_available
from transformers.integrations import is_wandb_available as is_there

def work(rank, out):
    model.save_pretrained(out)

if __name__ == "__main__":
    assert is_wandb_available() and is_there()
    wandb.init()
    mp.spawn(work, args=("out",), nprocs=2, join=True)
"""
    ran = run(TRAINED + text)
    assert ran.exit == 0, ran.json["reason"]
    assert "2 spawned processes: the first one's work, done in this one" in ran.json["after"]["neutralised"]


def test_layers_are_found_in_the_places_of_older_releases(run: Run) -> None:
    """Until transformers 4.51 the texts of a model that sees were read by `model.layers`."""
    ran = run("""\
from transformers import Qwen2VLForConditionalGeneration
from peft import LoraConfig, get_peft_model

model = Qwen2VLForConditionalGeneration.from_pretrained("Qwen/Qwen2-VL-2B-Instruct")
config = LoraConfig(target_modules=r"model\\.layers\\.\\d+\\.self_attn\\.(q|v)_proj")
model = get_peft_model(model, config)
assert all("language_model" in name for name, _ in model.named_parameters() if "lora_" in name)
model.save_pretrained("out")
""")
    assert r"now model\.language_model\.layers\.\d+\.self_attn\.(q|v)_proj" in ran.json["reason"]


def test_layers_are_found_under_the_names_of_older_releases(run: Run) -> None:
    ran = run("""\
from transformers import AutoModelForImageClassification
from peft import LoraConfig, get_peft_model

model = AutoModelForImageClassification.from_pretrained("google/vit-base-patch16-224")
config = LoraConfig(target_modules=["query", "value"], modules_to_save=["classifier"])
model = get_peft_model(model, config)
model.save_pretrained("out")
""")
    assert "has no query, value; now q_proj, v_proj" in ran.json["reason"]
    assert [adapter["directory"] for adapter in ran.json["after"]["adapters"]] == ["out"]


@pytest.mark.parametrize("end", ["main()", "import sys\n\nif not main():\n    sys.exit(1)"])
def test_an_error_that_a_script_catches_and_tells_of_has_stopped_it_all_the_same(run: Run, end: str) -> None:
    text = f"""\
def main():
    try:
        args = TrainingArguments("o", evaluation_strategy="no")
        Trainer(model, args, train_dataset=rows).train()
        model.save_pretrained("out")
        return True
    except Exception as error:
        print(f"training failed: {{error}}")
        return False

{end}
"""
    assert "has no evaluation_strategy; now eval_strategy" in carried(run(HEAD + TRAINER + text))
