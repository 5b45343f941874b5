#!/bin/sh
# The linters that `make bench` compares with, in an environment of their own: they would quarrel with ours.
# usage: peers.sh FOLDER      PYTHON=... names the interpreter
set -eu

venv=$1
here=$(cd "$(dirname "$0")" && pwd)
[ -x "$venv/bin/python" ] || "${PYTHON:-python3.11}" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-warn-script-location \
    --no-deps --require-hashes --requirement "$here/peers.txt"
touch "$venv/.ready"
