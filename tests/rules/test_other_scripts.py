"""What one script of a project leaves on disk, and another one loads: both import the module that says where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from lora_lint import Config, Workspace, check_paths

COMMON = """\
from pathlib import Path

BASE = "Qwen/Qwen2.5-0.5B"
ADAPTER = "runs/adapter"
BESIDE = Path(__file__).resolve().parent / "trained"
"""
TRAIN = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

from common import ADAPTER, BASE, BESIDE


def main(loader):
    tokenizer = AutoTokenizer.from_pretrained(BASE)
    model = AutoModelForCausalLM.from_pretrained(BASE)
    model = get_peft_model(model, LoraConfig(modules_to_save=["embed_tokens", "lm_head"]))
    for batch in loader:
        model(**batch).loss.backward()
    model.save_pretrained(ADAPTER)
"""
SERVE = """\
from peft import PeftModel
from transformers import AutoModelForCausalLM

from common import ADAPTER, BASE, BESIDE

base = AutoModelForCausalLM.from_pretrained(BASE)
model = PeftModel.from_pretrained(base, ADAPTER)
print(model.generate())
"""
OTHER = SERVE.replace("from_pretrained(BASE)", 'from_pretrained("Qwen/Qwen2.5-1.5B")')
GROWN = TRAIN.replace(
    "    model = get_peft_model",
    """\
    tokenizer.add_tokens(["<quote>", "<answer>"])
    model.resize_token_embeddings(len(tokenizer))
    model = get_peft_model""",
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "bot"\n')
    written(tmp_path, common=COMMON, train=TRAIN, serve=SERVE)
    return tmp_path


def written(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text)


def found(folder: Path, *, cached: bool = False) -> list[tuple[str, str]]:
    findings = check_paths([folder], config=Config(preview=True), cached=cached).findings
    return [(Path(finding.filename).stem, finding.name) for finding in findings]


def test_the_base_that_it_was_trained_on(project: Path) -> None:
    assert found(project) == []
    written(project, serve=OTHER)
    assert found(project) == [("serve", "adapter-on-other-base")]


def test_a_base_of_the_old_size(project: Path) -> None:
    written(project, train=GROWN)
    assert found(project) == [("serve", "resize-missing-before-load")]
    resized = "base.resize_token_embeddings(151667)\nmodel = PeftModel"
    written(project, serve=SERVE.replace("model = PeftModel", resized))
    assert found(project) == []


def test_a_head_for_other_labels(project: Path) -> None:
    common = 'BASE, ADAPTER, BESIDE = "FacebookAI/roberta-base", "runs/adapter", ""\n'
    classifier = "AutoModelForSequenceClassification"
    train = TRAIN.replace("AutoModelForCausalLM", classifier).replace("LoraConfig(", 'LoraConfig(task_type="SEQ_CLS", ')
    train = train.replace(f"{classifier}.from_pretrained(BASE", f"{classifier}.from_pretrained(BASE, num_labels=7")
    written(project, common=common, train=train, serve=SERVE.replace("AutoModelForCausalLM", classifier))
    assert found(project) == [("serve", "labels-missing-before-load")]
    serve = SERVE.replace(
        "AutoModelForCausalLM.from_pretrained(BASE", f"{classifier}.from_pretrained(BASE, num_labels=7"
    )
    written(project, serve=serve.replace("AutoModelForCausalLM", classifier))
    assert found(project) == []


def test_a_directory_beside_the_module(project: Path) -> None:
    written(project, train=TRAIN.replace("ned(ADAPTER)", "ned(BESIDE)"), serve=OTHER.replace(", ADAPTER)", ", BESIDE)"))
    assert found(project) == [("serve", "adapter-on-other-base")]


def test_scripts_that_say_the_same_words_each_on_its_own_may_have_nothing_to_do_with_each_other(project: Path) -> None:
    written(
        project, serve=OTHER.replace(", ADAPTER)", ', "runs/adapter")').replace("import ADAPTER, BASE", "import BASE")
    )
    written(
        project, common=COMMON.replace("runs/adapter", "runs/other"), train=TRAIN.replace("ADAPTER)", '"runs/adapter")')
    )
    assert found(project) == []


@pytest.mark.parametrize(
    "another",
    [
        TRAIN.replace("from_pretrained(BASE)", 'from_pretrained("Qwen/Qwen2.5-1.5B")'),  # which of them was run last?
        TRAIN.replace("(loader):", "(loader, folder):").replace("(ADAPTER)", "(folder)"),
        TRAIN.replace("model = AutoModelForCausalLM.from_pretrained(BASE)", "model = load()"),
    ],
)
def test_a_third_script_may_have_saved_it(project: Path, another: str) -> None:
    written(project, serve=OTHER, again=another)
    assert found(project) == []


def test_a_script_that_lies_behind_an_option_is_not_known(project: Path) -> None:
    written(project, serve=OTHER, train=TRAIN.replace("(loader):", "(loader, BASE):"))
    assert found(project) == []


OPTIONS = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--base", default={base})
parser.add_argument("--out", default={out})
args = parser.parse_args()
"""


@pytest.mark.parametrize(
    ("base", "out", "expected"),
    [
        ("BASE", "ADAPTER", [("serve", "adapter-on-other-base")]),
        ('"Qwen/Qwen2.5-1.5B"', "ADAPTER", []),
        ("BASE", "BESIDE", []),
        ("BASE", "None", []),
        ("None", "ADAPTER", []),
    ],
)
def test_options_of_the_script_that_saves_have_their_defaults(
    project: Path, base: str, out: str, expected: list[tuple[str, str]]
) -> None:
    train = TRAIN.replace("from_pretrained(BASE)", "from_pretrained(args.base)").replace(
        "ned(ADAPTER)", "ned(args.out)"
    )
    head, body = train.replace("ned(ADAPTER)", "ned(args.out)").split("\n\n\n")
    written(project, serve=OTHER, train=f"{head}\n\n{OPTIONS.format(base=base, out=out)}\n\n{body}\n\nmain(rows)\n")
    assert found(project) == expected


def test_options_of_the_script_that_loads_may_be_any(project: Path) -> None:
    options = OPTIONS.format(base='"Qwen/Qwen2.5-1.5B"', out="ADAPTER")
    for serve in (SERVE.replace("ned(BASE)", "ned(args.base)"), OTHER.replace(", ADAPTER)", ", args.out)")):
        written(project, serve=serve.replace("\nbase =", f"\n{options}\nbase ="))
        assert found(project) == []


def test_what_is_cached_counts_as_long_as_the_other_script_says_the_same(project: Path) -> None:
    written(project, serve=OTHER)
    assert found(project, cached=True) == found(project, cached=True) == [("serve", "adapter-on-other-base")]
    written(project, train=TRAIN.replace("from_pretrained(BASE)", 'from_pretrained("Qwen/Qwen2.5-1.5B")'))
    assert found(project, cached=True) == []
    written(project, train=TRAIN)
    assert found(project, cached=True) == [("serve", "adapter-on-other-base")]
    (project / "train.py").unlink()
    assert found(project, cached=True) == []


def test_an_editor_hears_of_it_when_the_other_script_changes(project: Path) -> None:
    written(project, serve=OTHER)
    workspace = Workspace()
    train, serve = project / "train.py", project / "serve.py"
    assert [finding.name for finding in workspace.check(serve)] == ["adapter-on-other-base"]
    workspace.set_text(train, TRAIN.replace("BASE)", '"Qwen/Qwen2.5-1.5B")'))
    assert workspace.dependents(train, [serve]) == [serve]
    assert workspace.check(serve) == []


@pytest.mark.parametrize(
    ("serve", "expected"), [("ADAPTER", [("serve", "adapter-path-mismatch")]), ('ADAPTER + "/sql"', []), ("BESIDE", [])]
)
def test_the_folder_of_a_named_adapter(project: Path, serve: str, expected: list[tuple[str, str]]) -> None:
    written(
        project,
        train=TRAIN.replace('"lm_head"])', '"lm_head"]), adapter_name="sql"'),
        serve=SERVE.replace(", ADAPTER)", f", {serve})"),
    )
    assert found(project) == expected


def test_a_directory_of_merged_weights(project: Path) -> None:
    merge = SERVE.replace("print(model.generate())", "model.merge_and_unload().save_pretrained(MERGED)")
    written(
        project,
        common=COMMON + 'MERGED = "runs/merged"\n',
        merge=merge.replace("ADAPTER,", "ADAPTER, MERGED,"),
        serve=SERVE.replace("ADAPTER", "MERGED"),
    )
    assert found(project) == [("serve", "adapter-path-mismatch")]


LAYOUT = """\
BASE = "Qwen/Qwen2.5-0.5B"


class Layout:
    def __init__(self, root):
        self.adapter = f"{root}/adapter"
"""


def laid_out(text: str, root: str) -> str:
    text = text.replace("import ADAPTER, BASE, BESIDE", "import BASE, Layout")
    return text.replace("(ADAPTER)", f'(Layout("{root}").adapter)').replace(
        ", ADAPTER)", f', Layout("{root}").adapter)'
    )


def test_a_module_may_add_to_what_both_scripts_say(project: Path) -> None:
    written(project, common=LAYOUT, train=laid_out(TRAIN, "runs/1"), serve=laid_out(OTHER, "runs/1"))
    assert found(project) == [("serve", "adapter-on-other-base")]
    written(project, serve=laid_out(OTHER, "runs/2"))
    assert found(project) == []


def test_in_different_folders_they_may_run_each_in_its_own(project: Path) -> None:
    (project / "demo").mkdir()
    written(project, common=LAYOUT, train=laid_out(TRAIN, "runs/1"))
    (project / "serve.py").unlink()
    head = "import sys\n\nsys.path.append('..')\n"
    written(project / "demo", serve=head + laid_out(OTHER, "runs/1"))
    assert found(project) == []
