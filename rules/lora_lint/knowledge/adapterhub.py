"""AdapterHub's `adapters`, read on 1.3.0: its models have methods of PEFT's names that mean something else."""

from __future__ import annotations

from lora_lint.knowledge.rows import Table, row

# `init(model)` puts them on a transformers model, AdapterTrainer and kin train what they add
ADAPTERS = Table(families=((r"", row("remade")),))
