#!/bin/sh
# Makes the environment of `make old-stack`: the oldest releases that the runner is tested with.
# usage: old-stack.sh FOLDER      PYTHON=... names the interpreter
set -eu

venv=$1
here=$(cd "$(dirname "$0")" && pwd)

echo "Setting up $venv: a few minutes and 1.5 GB, once."
[ -x "$venv/bin/python" ] || "${PYTHON:-python3.11}" -m venv "$venv"
quiet="--quiet --disable-pip-version-check --no-warn-script-location"
"$venv/bin/python" -m pip install $quiet --requirement "$here/torch.txt"
"$venv/bin/python" -m pip install $quiet --no-deps --require-hashes --requirement "$here/old-stack.txt"
touch "$venv/.ready"
