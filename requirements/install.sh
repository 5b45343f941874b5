#!/bin/sh
# Makes the environment of development: torch by version, all else by hash, then the project itself, editable.
# usage: install.sh FOLDER      PYTHON=... names the interpreter
set -eu

venv=$1
here=$(cd "$(dirname "$0")" && pwd)

python=${PYTHON:-}
if [ -z "$python" ]; then
    for candidate in python3.11 python3 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
            python=$candidate
            break
        fi
    done
fi
if [ -z "$python" ]; then
    echo "make setup: no Python 3.11 was found, and the lock of requirements/dev.txt is made for it." >&2
    echo "Install it, or name it: make setup PYTHON=/path/to/python3.11" >&2
    exit 1
fi

echo "Setting up $venv with $("$python" --version): a few minutes and 2 GB, once."
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
quiet="--quiet --disable-pip-version-check --no-warn-script-location"
"$venv/bin/python" -m pip install $quiet --requirement "$here/torch.txt"
"$venv/bin/python" -m pip install $quiet --no-deps --require-hashes --requirement "$here/dev.txt"
"$venv/bin/python" -m pip install $quiet --no-deps --no-build-isolation --editable "$here/.."
# pip compiles what it copies, not what it links to: where Python may write no bytecode, each start would compile anew
"$venv/bin/python" -m compileall -q "$here/../lsp" "$here/../rules" "$here/../runner"
touch "$venv/.ready"
