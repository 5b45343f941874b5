"""Starts a module of what the extension carries: `python -I start.py FOLDER... MODULE [-- ARGUMENTS]`.

The folders beside this file that are named come first when modules are looked for.
"""

import os
import runpy
import sys

here = os.path.dirname(os.path.abspath(__file__))
end = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
*folders, module = sys.argv[1:end]
sys.path[:0] = [os.path.join(here, folder) for folder in folders]
sys.argv[1:] = sys.argv[end + 1 :]
runpy.run_module(module, run_name="__main__", alter_sys=True)
