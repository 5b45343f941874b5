"""Scripts with several commands: the one that trains is started where nobody named one."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import HEAD, LOOP

TRAINS = "".join(f"    {line}\n" for line in (HEAD + LOOP + "model.save_pretrained(out)").splitlines())
SCRIPTS = {
    "argparse": f"""\
import argparse

def train(out):
{TRAINS}
parser = argparse.ArgumentParser()
commands = parser.add_subparsers(dest="command")
commands.add_parser("predict").add_argument("model")
training = commands.add_parser("train")
training.add_argument("--output_dir", required=True)
args = parser.parse_args()
if args.command == "train":
    train(args.output_dir)
""",
    "click": f"""\
import click

@click.group()
def main():
    pass

@main.command()
def predict():
    pass

@main.command()
@click.option("--output-dir", "out", required=True)
def train(out):
{TRAINS}
main()
""",
    "typer": f"""\
import typer

app = typer.Typer()

@app.command()
def predict():
    pass

@app.command()
def train(out: str):
{TRAINS}
app()
""",
    "fire": f"""\
import fire

def train(out):
{TRAINS}
fire.Fire({{"predict": print, "train": train}})
""",
    "fire on a module": f"""\
import fire

def predict(text):
    pass

def train(out):
{TRAINS}
fire.Fire()
""",
}


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_the_command_that_trains_is_started(run: Run, text: str) -> None:
    ran = run(text)
    assert ran.exit == 0, ran.json["reason"]
    assert any(said.startswith("no command was named: train, of ") for said in ran.json["after"]["neutralised"])


def test_a_command_that_was_given_is_the_one(run: Run) -> None:
    ran = run(SCRIPTS["argparse"], "--", "train", "--output_dir", "out")
    assert [adapter["directory"] for adapter in ran.json["after"]["adapters"]] == ["out"]
    assert run(SCRIPTS["argparse"], "--", "predict", "out").exit == 3


def test_what_stops_the_training_is_told_rather_than_what_stops_another_command(run: Run, tmp_path: Path) -> None:
    (tmp_path / "run.sh").write_text("python train.py prepare --out pairs\npython train.py train --pairs pairs\n")
    text = """\
import argparse

def prepare(out):
    raise RuntimeError("nothing to prepare")

def train(pairs):
    raise RuntimeError("odd pairs")

parser = argparse.ArgumentParser()
commands = parser.add_subparsers(dest="command", required=True)
commands.add_parser("prepare").add_argument("--out")
commands.add_parser("train").add_argument("--pairs")
args = parser.parse_args()
prepare(args.out) if args.command == "prepare" else train(args.pairs)
"""
    assert "odd pairs" in run(HEAD + text).json["reason"]
