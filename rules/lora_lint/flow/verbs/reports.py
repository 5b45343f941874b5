"""Results that a script writes down, prints into a file or measures: they may be all that it wants of a training."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.calls.foreign import hand_over
from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.adapter_settings import note_settings
from lora_lint.flow.objects.instances import patched
from lora_lint.flow.scope import Args
from lora_lint.flow.values import NONE, Const, Lib, Value
from lora_lint.lifecycle.events.script import Recorded
from lora_lint.lifecycle.events.training import Measured


def record(machine: Machine, args: Args, node: cst.CSTNode) -> None:
    """Results are written down, or handed to what does so."""
    machine.emit(node, None, Recorded())
    note_settings(machine, args.values(), node)


def _record(call: LibCall) -> Value:
    """`json.dump(results, file)`, `wandb.log(results)`. Tensors as lists are in the file that is written."""
    if call.option("holds"):
        hand_over(call.machine, call.args.values(), call.node)
    record(call.machine, call.args, call.node)
    return NONE


def _print(call: LibCall) -> Value:
    """`print(score)`, where standard output has been made a file; `print(score, file=log)`."""
    file = call.args.kw.get("file", patched(call.machine, "sys", "stdout"))
    if file is not None and not isinstance(file, (Const, Lib)):
        call.machine.emit(call.node, None, Recorded())
    return call.unknown()


def _measure(call: LibCall) -> Value:
    """`torch.cuda.reset_peak_memory_stats()`: from here on it is measured what the work costs."""
    call.machine.emit(call.node, None, Measured())
    return NONE


VERBS: dict[str, Verb] = {"record": _record, "print": _print, "measure": _measure}
