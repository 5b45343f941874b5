#!/bin/sh
# The script of huggingface/peft#2211: what lora-lint says of it, what it would change, and the proof.
set -eu

cd "$(dirname "$0")"
lint=../.venv/bin/lora-lint

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }

say lora-lint finetune.py
$lint --no-cache finetune.py || true

say lora-lint --diff finetune.py
$lint --no-cache --diff finetune.py || true

say lora-lint --run finetune.py
$lint --no-cache --run finetune.py
