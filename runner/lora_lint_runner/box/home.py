"""Where runs take place: a temporary folder that is gone afterwards, or one that is kept."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from lora_lint_runner.box.leftovers import claimed_folder, remove_leftovers
from lora_lint_runner.options import Options, UsageError

FULL = "lora-lint-full"
JUNK = ("tmp", "home", "hub")


class Home:
    """A folder with a box for each side of each script. What a full run has trained is never thrown away."""

    def __init__(self, options: Options) -> None:
        """Raises UsageError where the folder to keep cannot be made, or is not empty."""
        place = options.keep if options.keep is not None else _free(Path.cwd() / FULL) if options.full else None
        self.kept = place is not None
        if place is None:
            remove_leftovers()
            self.path, self._lock = claimed_folder()
            return
        self.path = place.absolute()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if any(self.path.iterdir()):
                raise UsageError(f"--keep: {place} is not empty; name a new directory")
        except FileExistsError:
            raise UsageError(f"--keep: {place} is a file; name a directory") from None
        except OSError as error:
            hint = "" if options.keep is not None else "; name a place for what it writes with --keep"
            raise UsageError(f"{place}: cannot be made: {error.strerror}{hint}") from None

    def done(self, folder: Path) -> None:
        """A script has its verdict: its boxes are not needed any more."""
        if not self.kept:
            shutil.rmtree(folder, ignore_errors=True)
            return
        for box in folder.iterdir() if folder.is_dir() else ():
            for name in JUNK:
                shutil.rmtree(box / name, ignore_errors=True)

    def close(self) -> None:
        """Leaves nothing behind but what is kept."""
        if not self.kept:
            shutil.rmtree(self.path, ignore_errors=True)
            self._lock.close()
            return
        for name in ("hf", "tmp"):
            shutil.rmtree(self.path / name, ignore_errors=True)
        (self.path / "warm.log").unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.path.rmdir()  # nothing was run


def _free(place: Path) -> Path:
    """This folder, or the first of its name with a number that is not there yet."""
    number = 1
    found = place
    while found.exists():
        number += 1
        found = place.with_name(f"{place.name}-{number}")
    return found
