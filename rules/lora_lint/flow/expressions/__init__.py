"""The expressions of Python, a room each kind: every room has a table of what it evaluates."""

from __future__ import annotations

from lora_lint.flow.expressions import comparisons, comprehensions, conditions, literals, names, operators
from lora_lint.flow.machine import Expressions

EXPRESSIONS: Expressions = {
    **names.EXPRESSIONS,
    **literals.EXPRESSIONS,
    **operators.EXPRESSIONS,
    **comparisons.EXPRESSIONS,
    **conditions.EXPRESSIONS,
    **comprehensions.EXPRESSIONS,
}
