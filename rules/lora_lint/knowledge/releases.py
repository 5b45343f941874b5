"""Releases of the libraries, and whether those that a script may run with lie in a range."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

Pin = tuple[str, str]  # a specifier, empty for what is no release, and where it is written

# the minor releases there have been; what a specifier names besides is added when it is asked about
KNOWN = {
    "peft": "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 0.10 0.11 0.12 0.13 0.14 0.15 0.16 0.17 0.18 0.19 0.20 0.21",
    "transformers": "4.0 4.10 4.20 4.27 4.28 4.29 4.30 4.31 4.32 4.33 4.34 4.35 4.36 4.37 4.38 4.39 4.40 4.41 4.42 "
    "4.43 4.44 4.45 4.46 4.47 4.48 4.49 4.50 4.51 4.52 4.53 4.54 4.55 4.56 4.57 5.0 5.10 5.20",
    "trl": "0.1 0.4 0.5 0.6 0.7 0.8 0.9 0.10 0.11 0.12 0.13 0.14 0.15 0.16 0.17 0.18 0.19 0.20 0.21 0.22 0.23 0.24 "
    "0.25 0.26 0.27 0.28 1.0",
}
NEWEST = "9999"  # stands for a release that is still to come


def exactly(version: str) -> str:
    """The specifier of one release, or of all of a minor one: "0.9" stands for each 0.9.x."""
    return f"=={version}" if version.count(".") > 1 else f"=={version}.*"


def agreed(library: str, pins: Sequence[Pin], wanted: str) -> tuple[bool | None, str, str]:
    """Do the releases that are asked for lie in the wanted range, and which specifier says so?

    Of several the narrowest decides. Where one says that they do and another that they do not (two extras, an old list)
    there is no telling, as for a copy or a commit: a place without a specifier.
    """
    if not pins:
        return None, "", ""
    answers = [(within(library, asked, wanted) if asked else None, asked, place) for asked, place in pins]
    found = {holds for holds, _, _ in answers}
    first = answers[0]
    if {True, False} <= found or not all(asked for _, asked, _ in answers):
        return None, "", first[2]
    return next((answer for answer in answers if answer[0] is not None), first)


@lru_cache(maxsize=256)
def within(library: str, allowed: str, wanted: str) -> bool | None:
    """Do the allowed releases lie in the wanted range? None where some do, or where a specifier cannot be read."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        mine, range_ = SpecifierSet(allowed), SpecifierSet(wanted)
    except InvalidSpecifier:
        return None
    named = [spec.version.removesuffix(".*") for specs in (mine, range_) for spec in specs]
    candidates = [*KNOWN.get(library, "").split(), *named, NEWEST]
    answers = {range_.contains(v, prereleases=True) for v in candidates if mine.contains(v, prereleases=True)}
    return answers.pop() if len(answers) == 1 else None
