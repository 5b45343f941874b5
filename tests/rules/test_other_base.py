"""An adapter and the base model that it is put on: where the script tells that the two do not belong together."""

from __future__ import annotations

import lora_lint

SCRIPT = """\
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM

SMALL, LARGE = "Qwen/Qwen2.5-0.5B", "Qwen/Qwen2.5-1.5B"


def base(name):
    return AutoModelForCausalLM.from_pretrained(name)


def train(name, out):
    model = get_peft_model(base(name), LoraConfig())
    model(**batch).loss.backward()
    optimizer.step()
    model.save_pretrained(out)


"""


def found(rest: str) -> list[str]:
    return [finding.name for finding in lora_lint.check_source(SCRIPT + rest)]


def test_an_adapter_goes_onto_the_model_that_it_was_trained_on() -> None:
    train = 'train(SMALL, "out")\n'
    assert found(train + 'PeftModel.from_pretrained(base(SMALL), "out")\n') == []
    assert found(train + 'PeftModel.from_pretrained(base(LARGE), "out")\n') == ["adapter-on-other-base"]
    assert found(train + 'PeftModel.from_pretrained(base(LARGE), "from-another-script")\n') == []


def test_each_of_several_adapters_has_its_base() -> None:
    both = 'train(SMALL, "small")\ntrain(LARGE, "large")\n'
    assert found(both + 'PeftModel.from_pretrained(base(LARGE), "large")\n') == []
    assert found(both + 'PeftModel.from_pretrained(base(LARGE), "small")\n') == ["adapter-on-other-base"]
    assert found(
        both + 'model = PeftModel.from_pretrained(base(LARGE), "large")\nmodel.load_adapter("small", "s")\n'
    ) == ["adapter-on-other-base"]
    each = "for name in (SMALL, LARGE):\n    train(name, name)\n    PeftModel.from_pretrained(base(name), name)\n"
    assert found(each) == []


def test_a_name_that_comes_from_an_option_may_be_any() -> None:
    options = "import argparse\nparser = argparse.ArgumentParser()\n"
    options += 'parser.add_argument("--base", default=LARGE)\nargs = parser.parse_args()\n'
    assert found(options + 'train(SMALL, "out")\nPeftModel.from_pretrained(base(args.base), "out")\n') == []


def test_an_adapter_does_not_go_onto_the_model_that_it_is_merged_into() -> None:
    trained = "model = get_peft_model(base(SMALL), LoraConfig())\nmodel(**batch).loss.backward()\noptimizer.step()\n"
    trained += 'model.save_pretrained("out")\n'
    again = 'PeftModel.from_pretrained(plain, "out")\n'
    assert found(f"{trained}plain = model.merge_and_unload()\n{again}") == ["adapter-on-other-base"]
    assert found(f"{trained}plain = model.unload()\n{again}") == []
    assert found(f"{trained}model.merge_and_unload()\nplain = base(SMALL)\n{again}") == []
    through_a_file = 'model.merge_and_unload().save_pretrained("merged")\nplain = base("merged")\n'
    assert found(f"{trained}{through_a_file}{again}") == ["adapter-on-other-base"]


def test_the_next_adapter_goes_onto_the_model_that_the_first_is_merged_into() -> None:
    stage = "model = get_peft_model({}, LoraConfig())\nmodel(**batch).loss.backward()\noptimizer.step()\n"
    stages = stage.format("base(SMALL)") + 'model.save_pretrained("first")\nplain = model.merge_and_unload()\n'
    stages += stage.format("plain") + 'model.save_pretrained("out")\nplain = model.unload()\n'
    assert found(stages + 'PeftModel.from_pretrained(plain, "out")\n') == []
