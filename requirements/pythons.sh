#!/bin/sh
# The tests of the linter and the language server on every Python that they are for, with the newest releases of what
# they stand on, as a user gets them, and without torch. A Python that is not there is skipped, out loud. Left out is
# what tells one machine from another, not one Python: made-up scripts, killed processes, full disks, tangled scripts, and
# of the two kinds of editors the one that is pushed to.
# usage: pythons.sh [VERSION...]
set -eu

cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- 3.10 3.12 3.13
tried=0
for version; do
    python=
    for candidate in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
        if "$candidate" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" 2>/dev/null; then
            python=$candidate
            break
        fi
    done
    if [ -z "$python" ]; then
        echo "Python $version: SKIPPED, there is none here"
        continue
    fi
    venv=build/pythons/$version
    [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check ".[lsp,watch,completion]" \
        pytest pytest-asyncio pytest-lsp pytest-timeout pytest-xdist hypothesis nbformat
    echo "Python $version: $("$venv/bin/python" --version)"
    "$venv/bin/python" -m pytest -q -n auto -p no:cacheprovider -m "not slow" \
        -k "not (sarif_is_read_by or fifty_thousand_lines or push)" --ignore tests/fixes/test_properties.py \
        --ignore tests/cli/test_robust.py --ignore tests/cli/test_budget.py \
        tests/source tests/flow tests/rules tests/fixes tests/cli tests/lsp
    tried=$((tried + 1))
done
[ "$tried" -gt 0 ] || echo "No other Python was tried."
