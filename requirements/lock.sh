#!/bin/sh
# Pins what dev.in asks for, with hashes, in dev.txt. torch is pinned in a file of its own.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/.."
"$1/bin/pip-compile" --quiet --generate-hashes --strip-extras --no-header \
    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
    --unsafe-package torch --constraint requirements/torch.txt \
    --extra lsp --extra watch --extra completion \
    --output-file requirements/dev.txt pyproject.toml requirements/dev.in
# what pip-compile says of torch, which is installed before
sed -i '/^# WARNING: The following packages were not pinned/,$d' requirements/dev.txt
