"""How modules of ours are started in processes of their own."""

from __future__ import annotations

import sys


def module_command(module: str) -> list[str]:
    """The command that runs a module in a fresh process which imports from where this one does.

    Not `python -m`, which looks into the working directory first: a user's own `types.py` must not break the server.
    """
    path = [entry for entry in sys.path if entry]
    code = (
        f"import sys; sys.path[:] = {path!r}; import runpy; "
        f"runpy.run_module({module!r}, run_name='__main__', alter_sys=True)"
    )
    same = ["-I"] if sys.flags.isolated else []
    same += ["-X", f"pycache_prefix={sys.pycache_prefix}"] if sys.pycache_prefix else []
    return [sys.executable, *same, "-c", code]
