"""The net below the patches: from now on this process and its children can only write where they are told to.

Landlock needs Linux 5.13 and no privileges. Reads stay free: this guards against accidents, it hides nothing.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PATH_BENEATH = 1
NO_NEW_PRIVS = 38

WRITE_FILE, REMOVE_DIR, REMOVE_FILE = 1 << 1, 1 << 4, 1 << 5
MAKES = sum(1 << bit for bit in range(6, 13))
REFER, TRUNCATE = 1 << 13, 1 << 14
ON_FILES = WRITE_FILE | TRUNCATE


def version() -> int:
    """Which Landlock this kernel has; 0 for none."""
    if not sys.platform.startswith("linux"):
        return 0
    try:
        found = ctypes.CDLL(None, use_errno=True).syscall(CREATE_RULESET, None, 0, 1)
    except (OSError, AttributeError):
        return 0
    return max(int(found), 0)


def restrict(writable: Iterable[str]) -> bool:
    """Closes everything but these folders and files to writing. False where the kernel cannot."""
    abi = version()
    if abi == 0:
        return False
    handled = WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKES | (REFER if abi >= 2 else 0) | (TRUNCATE if abi >= 3 else 0)
    libc = ctypes.CDLL(None, use_errno=True)
    rules = struct.pack("<Q", handled)
    ruleset = libc.syscall(CREATE_RULESET, rules, len(rules), 0)
    if ruleset < 0:
        return False
    try:
        for path in writable:
            _allow(libc, ruleset, path, handled)
        if libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            return False
        return bool(libc.syscall(RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, handled: int) -> None:
    try:
        file = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        allowed = handled if os.path.isdir(path) else handled & ON_FILES
        rule = struct.pack("<Qi", allowed, file)
        libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, rule, 0)
    finally:
        os.close(file)
