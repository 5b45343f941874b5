"""What lists, dicts and texts hold after what Python does with them, told by the directory that a save writes to."""

from __future__ import annotations

import pytest

from lora_lint import check_source, trace_source

SCRIPT = """\
import argparse
import collections
import os
import random
import sys
from collections import namedtuple
from pathlib import Path

from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

base = AutoModelForCausalLM.from_pretrained("gpt2")
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
Trainer(model, TrainingArguments("runs", save_strategy="no"), train_dataset=rows).train()
{lines}
"""
UNKNOWN = "..."


def directory(place: str, *lines: str) -> str:
    """Where the one save writes."""
    [site] = trace_source(SCRIPT.format(lines="\n".join([*lines, f"model.save_pretrained({place})"])))["sites"]
    [found] = site["predictions"][0]["directories"]
    return str(found)


@pytest.mark.parametrize(
    ("line", "first", "last"),
    [
        ("names.sort()", "a", "c"),
        ("names.sort(reverse=True)", "c", "a"),
        ("names.sort(key=lambda name: name != 'b')", "b", "a"),
        ("names.reverse()", "a", "b"),
        ("names = names.copy()", "b", "a"),
        ("names.append('d')", "b", "d"),
        ("names.extend(['d', 'e'])", "b", "e"),
        ("names.insert(0, 'd')", "d", "a"),
        ("names.insert(1, 'd')", "b", "a"),
        ("names.insert(-1, 'd')", "b", "a"),
        ("names.insert(len(sys.argv), 'd')", UNKNOWN, UNKNOWN),
        ("names.pop()", "b", "c"),
        ("names.pop(0)", "c", "a"),
        ("names.pop(1)", "b", "a"),
        ("names.pop(len(sys.argv))", UNKNOWN, UNKNOWN),
        ("names.remove('b')", "c", "a"),
        ("names.remove(sys.argv[1])", UNKNOWN, UNKNOWN),
        ("del names[0]", "c", "a"),
        ("del names[:-1]", "a", "a"),
        ("del names[len(sys.argv)]", UNKNOWN, UNKNOWN),
        ("names.clear(); names.append('d')", "d", "d"),
        ("names[:2] = ['d']", "d", "a"),
        ("names[1:] = []", "b", "b"),
        ("names[:] = reversed(names)", "a", "b"),
        ("names[:1] = sys.argv", UNKNOWN, UNKNOWN),
        ("others = names; others += ['d']", "b", "d"),
        ("others = names; others = others + ['d']", "b", "a"),
        ("names = collections.deque(names); names.rotate(1)", "a", "c"),
        ("names = collections.deque(names); names.rotate(-1)", "c", "b"),
        ("names = collections.deque(names); names.rotate(len(sys.argv))", UNKNOWN, UNKNOWN),
        ("names = [min(names), max(names)]", "a", "c"),
        ("names = [max(names, key=lambda name: name != 'b'), min(names, key=lambda name: name != 'b')]", "c", "b"),
    ],
)
def test_the_first_and_the_last_item_of_a_list(line: str, first: str, last: str) -> None:
    made = ["names = ['b', 'c', 'a']", line]
    assert (directory("names[0]", *made), directory("names[-1]", *made)) == (first, last)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("names = names.copy()", "x"),
        ("names.clear(); names['a'] = 'z'", "z"),
        ("names.update(a='z')", "z"),
        ("names = dict(names, a='z')", "z"),
        ("names |= {'a': 'z'}", "z"),
        ("others = names; others |= {'a': 'z'}", "z"),
        ("others = names; others = others | {'a': 'z'}", "x"),
        ("names = dict.fromkeys('ab', 'z')", "z"),
        ("names = dict.fromkeys(names, 'z')", "z"),
        ("names = dict.fromkeys(names, 'z'); names['b'] = 'y'", "z"),
        ("names = collections.OrderedDict.fromkeys(['a'], 'z')", "z"),
        ("names.setdefault('a', 'z')", "x"),
        ("names['a'] = names.pop('b')", "y"),
    ],
)
def test_a_value_of_a_dict(line: str, value: str) -> None:
    assert directory("names['a']", "names = {'a': 'x', 'b': 'y'}", line) == value


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("'{}-{}'.format('a', 'b')", "a-b"),
        ("'{1}-{0}'.format('a', 'b')", "b-a"),
        ("'{name}-x'.format(name='a')", "a-x"),
        ("'{{}}-{}'.format('a')", "{}-a"),
        ("'step-{:03d}'.format(7)", "step-007"),
        ("'{!r}'.format(7)", "7"),
        ("'{0.name}'.format(model)", UNKNOWN),
        ("'out-{}'.format(sys.argv[1])", f"out-{UNKNOWN}"),
        ("f'step-{7:03d}'", "step-007"),
        ("f'{True}-{None}'", "True-None"),
        ("'%s-%d' % ('a', 3)", "a-3"),
        ("'step-%03d' % 7", "step-007"),
        ("'%.1f%%' % 0.25", "0.2%"),
        ("'%(run)s-%(step)02d' % {'step': 3, 'run': 'a'}", "a-03"),
        ("'%(run)s-%(step)02d' % {'step': 3}", UNKNOWN),
        ("'%s-%s' % (sys.argv[1], 3)", f"{UNKNOWN}-3"),
        ("'ab' * 2", "abab"),
        ("2 * 'ab'", "abab"),
        ("'a' * 10_000_000_000", UNKNOWN),
        ("'%09999999999d' % 3", UNKNOWN),
    ],
)
def test_a_text_with_fields(code: str, value: str) -> None:
    assert directory(code) == value


def test_a_class_may_say_itself_what_is_added_to_it_in_place() -> None:
    written = ["class Names:", "    def __iadd__(self, name):", "        self.last = name", "        return self"]
    assert directory("mine.last", *written, "mine = names = Names()", "names += 'a'") == "a"


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("os.path.split('out/run.v1')[0]", "out"),
        ("os.path.split('out/run.v1')[1]", "run.v1"),
        ("os.path.splitext('out/run.v1')[0]", "out/run"),
        ("os.path.splitext('out/run.v1')[1]", ".v1"),
        ("os.path.splitext(sys.argv[1])[0]", UNKNOWN),
        ("Path('out/run.v1/best').parents[0]", "out/run.v1"),
        ("Path('out/run.v1/best').parents[1]", "out"),
        ("Path('out/run.v1').with_stem('best')", "out/best.v1"),
    ],
)
def test_a_part_of_a_path(code: str, value: str) -> None:
    assert directory(code) == value


@pytest.mark.parametrize(
    ("made", "place"),
    [
        ("run = namedtuple('Run', 'out step')('a', 3)", "run.out"),
        ("run = namedtuple('Run', ['out', 'step'])(step=3, out='a')", "run[0]"),
        ("run = namedtuple('Run', 'out step')('b', 3)._replace(out='a')", "run.out"),
        ("first, *rest = ['b', 'a']", "rest[0]"),
        ("*rest, last = ['b', 'a']", "last"),
    ],
)
def test_a_part_of_a_tuple(made: str, place: str) -> None:
    assert directory(place, made) == "a"


@pytest.mark.parametrize(
    ("ask", "last"),
    [("names.pop", "a"), ("lambda: names.pop(0)", "b"), ("sys.stdin.readline", UNKNOWN), ("lambda: 'c'", "c")],
)
def test_what_calls_give_up_to_the_last(ask: str, last: str) -> None:
    lines = ["names = [None, 'a', 'b', None]", "names.pop()", f"for name in iter({ask}, None):", "    last = name"]
    if "pop(0)" in ask:
        lines[1] = "names.pop(0)"
    assert directory("last", *lines) == last


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([], "b"),
        (["os.environ['OUT'] = 'a'"], "a"),
        (["os.environ['OUT'] = 'a'", "os.environ['OUT'] = 'c'"], "c"),
        (["os.environ['OUT'] = 'a'", "del os.environ['OUT']"], "b"),
        (["os.environ['OUT'] = 'a'", "os.environ.pop('OUT')"], "b"),
    ],
)
def test_an_environment_variable_that_the_script_sets(lines: list[str], found: str) -> None:
    assert directory("os.environ.get('OUT', 'b')", *lines) == found


def test_what_is_put_into_the_dict_of_an_object_is_an_attribute() -> None:
    written = ["class Run:", "    out = 'b'", "run = Run()", "run.out = 'c'"]
    assert directory("run.out", *written, "vars(run)['out'] = 'a'") == "a"
    assert directory("run.out", *written, "dict(vars(run))['out'] = 'a'") == "c"


@pytest.mark.parametrize("code", ["str(run)", "f'{run}'"])
@pytest.mark.parametrize("name", ["__str__", "__repr__"])
def test_a_class_says_itself_how_its_objects_read(name: str, code: str) -> None:
    written = ["class Run:", f"    def {name}(self):", "        return self.out", "run = Run()", "run.out = 'a'"]
    assert directory(code, *written) == "a"


def test_a_default_that_a_parser_is_given_afterwards() -> None:
    parser = ["parser = argparse.ArgumentParser()", "parser.add_argument('--out', default='b')"]
    assert directory("options.out", *parser, "parser.set_defaults(out='a')", "options = parser.parse_args([])") == "a"


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("", ["LL105"]),  # it is the base model that is saved
        ("del models[0]", []),
        ("models.remove(base)", []),
        ("models.pop(0)", []),
        ("models.insert(0, model)", []),
        ("models.remove(random.choice(models))", []),
        ("models.pop(random.randrange(2))", []),
    ],
)
def test_which_model_a_list_begins_with(line: str, codes: list[str]) -> None:
    script = SCRIPT.format(lines="\n".join(["models = [base, model]", line, "models[0].save_pretrained('out')"]))
    assert sorted({finding.code for finding in check_source(script)}) == codes


@pytest.mark.parametrize(
    "chosen",
    [
        "models[random.randrange(2)]",
        "models[int(sys.argv[1])]",
        "random.choice(models)",
        "{'first': base, 'second': model}[sys.argv[1]]",
        "(base, model)[len(sys.argv) > 2]",
    ],
)
def test_one_of_several_models_may_be_the_one_that_was_trained(chosen: str) -> None:
    script = SCRIPT.format(lines=f"models = [base, model]\n{chosen}.save_pretrained('out')")
    assert check_source(script) == []


def test_of_models_that_are_all_untrained_none_is_the_trained_one() -> None:
    script = SCRIPT.format(lines="models = [base, base]\nmodels[int(sys.argv[1])].save_pretrained('out')")
    assert [finding.code for finding in check_source(script)] == ["LL105"]


LAZY = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM


class Lazily:
    def __init__(self, make):
        self.make = make

    def __set_name__(self, owner, name):
        self.slot = "_" + name

    def __get__(self, owner, cls=None):
        if self.slot not in owner.__dict__:
            owner.__dict__[self.slot] = self.make(owner)
        return owner.__dict__[self.slot]


class Lab:
    base = Lazily(lambda self: AutoModelForCausalLM.from_pretrained("gpt2"))
    model = Lazily(lambda self: get_peft_model(self.base, LoraConfig()))


lab = Lab()
lab.model(**batch).loss.backward()
lab.model.save_pretrained("out")
"""


def test_what_is_kept_among_the_attributes_is_made_once() -> None:
    trace = trace_source(LAZY)
    assert [event["kind"] for event in trace["events"]].count("wrapped") == 1
    assert check_source(LAZY) == []
