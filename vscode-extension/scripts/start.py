"""Starts a module of the lora-lint that the extension carries: `python -I start.py MODULE [ARGUMENTS]`."""

import os
import runpy
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [path for name in ("lora-lint", "site") if os.path.isdir(path := os.path.join(here, name))]
sys.dont_write_bytecode = True
del sys.argv[0]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
