"""Takes out of a file of pins what another one pins already: besides.py PINS OTHER."""

from __future__ import annotations

import re
import sys
from pathlib import Path


def main() -> None:
    """Rewrites the first file."""
    pins, other = Path(sys.argv[1]), Path(sys.argv[2])
    there = {*re.findall(r"^([\w.-]+)==", other.read_text(), re.M), "torch"}
    blocks = re.split(r"^(?=[\w.-]+==)", pins.read_text(), flags=re.M)
    pins.write_text("".join(b for b in blocks if b.partition("==")[0] not in there))


if __name__ == "__main__":
    main()
