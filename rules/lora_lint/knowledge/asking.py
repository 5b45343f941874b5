"""What tells scripts which release of a library is there.

Seen in transformers 5.23, diffusers 0.42 and accelerate 1.15.
"""

from __future__ import annotations

from lora_lint.knowledge.rows import Row, Table, row, rows

# functions of libraries, from whichever of their modules: which library they ask for, or cannot do without
IN_LIBRARIES: tuple[tuple[str, Row], ...] = (
    *[
        (rf"is_{library}_(version|greater_or_equal)$", row("asks_release", library=library))
        for library in ("accelerate", "bitsandbytes", "diffusers", "peft", "torch", "transformers")
    ],
    ("check_peft_version$", row("requires_release", "min_version", library="peft")),
    ("require_version(_core)?$", row("requires_release", "requirement")),
)

_PARSED = rows("first", "parse Version parse_version", "version")

ASKING_OF_PYTHON = {
    "importlib_metadata": Table(functions=rows("described", "version distribution", "distribution_name", named=True)),
    "inspect": Table(functions=rows("described", "signature getfullargspec", "obj")),
    "packaging": Table(functions=_PARSED),
    "pkg_resources": Table(
        functions={**rows("described", "get_distribution", "dist", named=True), "parse_version": row("first", "v")}
    ),
}
OF_METADATA = rows("described", "metadata.version metadata.distribution", "distribution_name", named=True)
