"""One of several processes that a launcher has started: which one this is, and a box of its own in the common one."""

from __future__ import annotations

import os

from .spec import Spec

# what torchrun gives its processes (torch 2.13, torch/distributed/elastic/agent/server/local_elastic_agent.py), of one
LAUNCHED = {
    "LOCAL_RANK": "0",
    "RANK": "0",
    "WORLD_SIZE": "1",
    "LOCAL_WORLD_SIZE": "1",
    "MASTER_ADDR": "127.0.0.1",
    "MASTER_PORT": "29500",
}
NAMES = ("RANK", "SLURM_PROCID", "OMPI_COMM_WORLD_RANK", "PMI_RANK")


def rank() -> int:
    """Which of the processes this is, from 0; only the first verifies."""
    for name in NAMES:
        value = os.environ.get(name, "")
        if value.isdigit():
            return int(value)
    return 0


def apart(spec: Spec) -> Spec:
    """The spec of this process. Project and outputs are common; caches, stand-ins and the journal are its own, so that
    no two processes make them at once."""
    number = rank()
    if number == 0:
        return spec
    box = os.path.join(spec.box, f"rank-{number}")
    os.makedirs(box, exist_ok=True)
    return spec._replace(
        box=box, common=spec.common, journal=os.path.join(box, "trace.jsonl"), writable=[*spec.writable, spec.box]
    )
