#!/bin/sh
# Pins what dev.in, old-stack.in and besides.in ask for, with hashes. torch is pinned in a file of its own.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
venv=$1
cd "$here/.."

# usage: pin OUTPUT SOURCE...
pin() {
    output=$1
    shift
    "$venv/bin/pip-compile" --quiet --generate-hashes --strip-extras --no-header \
        --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
        --unsafe-package torch --constraint requirements/torch.txt \
        --output-file "$output" "$@"
    # what pip-compile says of torch, which is installed before
    sed -i '/^# WARNING: The following packages were not pinned/,$d' "$output"
}

pin requirements/dev.txt --extra lsp --extra watch --extra completion pyproject.toml requirements/dev.in
pin requirements/old-stack.txt requirements/old-stack.in
pin requirements/besides.txt --constraint requirements/dev.txt requirements/besides.in
"$venv/bin/python" requirements/besides.py requirements/besides.txt requirements/dev.txt
