"""The cache gives what linting would give, or nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from command_samples import BAD, GOOD, Said

from lora_lint import check_paths

Lint = Callable[..., Said]
SAVE = 'model.save_pretrained("out")'
TRAIN = "from saving import finish\n" + BAD.replace(SAVE, "finish(model)")
SAVING = "def finish(model):\n    model.save_pretrained('out')\n"


@pytest.fixture
def interpreted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The scripts that were really interpreted, in order; again with a fix in them where one is tried."""
    import lora_lint.flow.interpreter as interpreter

    seen: list[str] = []
    interpret = interpreter.interpret

    def counted(module, *args, **settings):  # type: ignore[no-untyped-def]
        seen.append(Path(module.filename).name)
        return interpret(module, *args, **settings)

    monkeypatch.setattr(interpreter, "interpret", counted)
    return seen


@pytest.fixture
def project(folder: Path) -> Path:
    (folder / "train.py").write_text(TRAIN)
    (folder / "saving.py").write_text(SAVING)
    (folder / "other.py").write_text(GOOD)
    return folder


def codes(folder: Path) -> list[str]:
    return [f"{Path(f.filename).name} {f.code}" for f in check_paths([folder], cached=True).findings]


def test_what_has_not_changed_is_not_interpreted_again(project: Path, interpreted: list[str]) -> None:
    first = check_paths([project], cached=True)
    assert sorted(interpreted) == ["other.py", "train.py", "train.py"]
    interpreted.clear()
    second = check_paths([project], cached=True)
    assert interpreted == []
    assert second == first
    assert second.findings[0].fix == first.findings[0].fix


def test_the_script_changes(project: Path, interpreted: list[str]) -> None:
    assert codes(project) == ["saving.py LL101"]
    interpreted.clear()
    (project / "train.py").write_text(GOOD)
    assert codes(project) == []
    assert "other.py" not in interpreted


def test_a_module_that_it_leads_to_changes(project: Path) -> None:
    assert codes(project) == ["saving.py LL101"]
    (project / "saving.py").write_text("def finish(model):\n    pass\n")
    assert codes(project) == ["train.py LL105"]


def test_a_module_appears_that_was_missing(project: Path) -> None:
    (project / "saving.py").rename(project / "later.txt")
    assert codes(project) == []
    (project / "later.txt").rename(project / "saving.py")
    assert codes(project) == ["saving.py LL101"]


def test_a_module_found_by_an_import_that_no_scan_sees(project: Path) -> None:
    (project / "train.py").write_text(TRAIN.replace("from saving import", "from \\\n  saving \\\n  import"))
    assert codes(project) == codes(project)
    (project / "saving.py").write_text("def finish(model):\n    pass\n")
    assert codes(project) == ["train.py LL105"]


def test_same_size_and_same_time_are_no_proof(project: Path) -> None:
    assert codes(project) == ["saving.py LL101"]
    path = project / "saving.py"
    status = path.stat()
    path.write_text(SAVING.replace("    model.save_pretrained('out')", "    model.sive_pretrained('out')"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert codes(project) == ["train.py LL105"]


def test_settings_and_pins_change(project: Path, interpreted: list[str]) -> None:
    assert codes(project) == ["saving.py LL101"]
    (project / "lora-lint.toml").write_text('ignore = ["LL101"]\n')
    assert codes(project) == []
    (project / "lora-lint.toml").unlink()
    assert codes(project) == ["saving.py LL101"]
    interpreted.clear()
    (project / "requirements.txt").write_text("peft==0.5\n")
    codes(project)
    assert "train.py" in interpreted


CHANGES: dict[str, Callable[[Path], object]] = {
    "another script imports it": lambda folder: (folder / "main.py").write_text("import train\n"),
    "a copy of peft lies in the project": lambda folder: (folder / "vendored.py").write_text(
        "class PeftModelForCausalLM(PeftModel):\n    pass\n"
    ),
    "another script may write the old weights": lambda folder: (folder / "export.py").write_text(
        "torch.save(state, 'adapter_model.bin')\n"
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_lies_beside_a_script_changes(project: Path, interpreted: list[str], change: str) -> None:
    codes(project)
    interpreted.clear()
    CHANGES[change](project)
    codes(project)
    assert "train.py" in interpreted


def test_a_module_becomes_a_package_with_the_same_text(project: Path) -> None:
    assert codes(project) == ["saving.py LL101"]
    (project / "saving").mkdir()
    (project / "saving.py").rename(project / "saving" / "__init__.py")
    assert codes(project) == ["__init__.py LL101"]


def test_what_another_lora_lint_found_does_not_count(
    project: Path, interpreted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    codes(project)
    interpreted.clear()
    monkeypatch.setattr("lora_lint.engine.cache._own_code", lambda: "the next release")
    codes(project)
    assert "train.py" in interpreted


def test_every_file_of_its_own_code_counts() -> None:
    from lora_lint.engine import cache
    from lora_lint.flow import machine

    marks: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cache, "_digest", lambda parts: marks.extend(parts) or "")
        cache._own_code.__wrapped__()  # past what it remembers
    for module in (machine, cache):
        assert any(mark.startswith(f"{module.__file__} ") for mark in marks)


def test_a_suppression_that_is_used_stays_used(project: Path, lint: Lint) -> None:
    (project / "saving.py").write_text(SAVING.replace("('out')", "('out')  # noqa: LL101"))
    for _ in range(2):
        assert lint().out == "No findings in 3 files.\n"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"key": 1}', b'{"findings": 3}'])
def test_a_broken_cache_is_as_if_there_were_none(project: Path, content: bytes) -> None:
    assert codes(project) == ["saving.py LL101"]
    for path in (project / ".lora-lint_cache").glob("*.json"):
        path.write_bytes(content)
    assert codes(project) == ["saving.py LL101"]


def test_a_cache_that_cannot_be_written_is_none(project: Path) -> None:
    (project / ".lora-lint_cache").write_text("a file, where the folder should be")
    assert codes(project) == ["saving.py LL101"]


def test_nothing_is_written_through_a_link(project: Path, lint: Lint, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (project / ".lora-lint_cache").symlink_to(outside)
    assert lint().code == 1
    assert os.listdir(outside) == []
    (project / ".lora-lint_cache").unlink()
    (project / ".lora-lint_cache").mkdir()
    (project / ".lora-lint_cache" / "CACHEDIR.TAG").symlink_to(outside / "tag")
    assert lint().code == 1
    assert os.listdir(outside) == []


def test_what_was_kept_long_ago_is_dropped(project: Path) -> None:
    codes(project)
    cache = project / ".lora-lint_cache"
    held = set(os.listdir(cache))
    for name in ("of-a-script-that-is-gone.json", "of-a-process-that-was-killed.json.4711"):
        (cache / name).touch()
    for path in cache.iterdir():
        os.utime(path, (0, 0))
    (project / "other.py").write_text(BAD)
    codes(project)
    assert set(os.listdir(cache)) == held


def test_the_cache_is_not_seen_by_git_and_not_linted(project: Path, lint: Lint) -> None:
    lint()
    assert (project / ".lora-lint_cache" / ".gitignore").read_text() == "*\n"
    assert (project / ".lora-lint_cache" / "CACHEDIR.TAG").exists()


def test_no_cache_means_none(project: Path, lint: Lint) -> None:
    lint("--no-cache")
    assert not (project / ".lora-lint_cache").exists()


def test_outside_of_a_project_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(BAD)
    assert codes(tmp_path) == ["train.py LL101"]
    assert os.listdir(tmp_path) == ["train.py"]


def test_several_processes_find_what_one_finds(folder: Path) -> None:
    for number in range(130):
        (folder / f"t{number}.py").write_text(BAD if number % 3 else GOOD)
    (folder / "broken.py").write_text("import peft\ndef f(:\n")
    one, several = check_paths([folder]), check_paths([folder], processes=True)
    assert several == one
    assert len(one.findings) == 86
    assert len(one.problems) == 1
