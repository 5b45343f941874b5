"""Entry in the user's interpreter: `python child/__main__.py run SPEC.json`, `serve SOCKET`, `inspect DIR`, ...

A script path rather than `-m`, so that any launcher (torchrun, accelerate launch) can start it and nothing has to be
installed in, or put on the path of, the user's environment.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from typing import Any

PACKAGE = "lora_lint_child"


def load() -> Any:
    """Makes the package of this file known as `lora_lint_child`, without a word on sys.path."""
    home = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [p for p in sys.path if os.path.abspath(p or os.curdir) != home]
    if PACKAGE not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            PACKAGE, os.path.join(home, "__init__.py"), submodule_search_locations=[home]
        )
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[PACKAGE] = module
        spec.loader.exec_module(module)
    return importlib.import_module(PACKAGE + ".entry")


if __name__ == "__main__":
    sys.exit(load().main(sys.argv[1:]))
