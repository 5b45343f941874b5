"""Objects around a model: compiled, parallel and sharded ones, and ways to the model inside."""

from __future__ import annotations

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import record_of
from lora_lint.flow.objects.provenance import as_model
from lora_lint.flow.scope import Args
from lora_lint.flow.values import NONE, InstRec, Lib, ModelRef, ObjRef, Tup, Value, const
from lora_lint.flow.worlds.world import FLAGS, NOTES
from lora_lint.knowledge import names
from lora_lint.lifecycle.events.models import Around, Prepared, Sharded
from lora_lint.lifecycle.records import Wrapper


def _around(call: LibCall) -> Value:
    """`torch.compile(model)`, `DistributedDataParallel(model)`."""
    machine = call.machine
    value = call.arg(call.row.params[0])
    if not isinstance(value, ModelRef):
        return value if value is not None else call.unknown()
    kind = call.option("kind")
    machine.emit(call.node, value.oid, Around())
    if kind == "sharded" and _is_parted(call.arg("sharding_strategy")):
        _split(call, value)
    return ModelRef(machine.world.life.around(kind, value.oid, machine.site(call.node)))


def _is_parted(strategy: Value | None) -> bool:
    """Does each process surely keep a part only? With `ShardingStrategy.NO_SHARD` it keeps all."""
    if isinstance(strategy, Lib):
        return not strategy.name.endswith(names.NOT_SHARDED)
    return strategy is None or strategy == NONE


def _shard(call: LibCall) -> Value:
    """`fully_shard(model)`: in place, each process keeps a part of every parameter."""
    value = call.arg("module")
    _split(call, value)
    return value if value is not None else call.unknown()


def _split(call: LibCall, value: Value | None) -> None:
    if isinstance(value, ModelRef):
        call.machine.emit(call.node, value.oid, Sharded())
        gather(call.machine, value, whole=False)


def gather(machine: Machine, value: Value | None, *, whole: bool) -> None:
    """Notes whether this process holds all of a model's parameters, or a part of each."""
    if isinstance(value, ModelRef):
        inner = machine.world.life.unwrapped(value.oid)
        machine.world.frame(FLAGS)[inner, "sharded"] = const(not whole)


def _inner(call: LibCall) -> Value:
    """`PeftModel.get_base_model()`: the plain model inside, adapter layers and all."""
    life = call.machine.world.life
    oid = call.target()
    peft = life.peft(oid)
    return ModelRef(life.unwrapped(peft.base)) if peft is not None else ModelRef(oid)


def _unwrapped(call: LibCall) -> Value:
    """`accelerator.unwrap_model(model)`."""
    value = call.arg("model")
    if isinstance(value, ModelRef):
        life = call.machine.world.life
        oid = value.oid
        model = life.models[oid]
        while isinstance(model, Wrapper) and (
            model.kind in ("parallel", "sharded") or call.plain("keep_torch_compile", True) is False
        ):
            oid = model.inner
            model = life.models[oid]
        return ModelRef(oid)
    return value if value is not None else call.unknown()


def _prepare_all(call: LibCall) -> Value:
    """`accelerator.prepare(model, optimizer, loader)`: the same objects, in a plain run."""
    values = tuple(call.machine.settle(arg, call.node) for arg in call.args.pos)
    parting = _parts_parameters(call)
    for value in values:
        if isinstance(value, ModelRef):
            call.machine.emit(call.node, value.oid, Prepared())
            if parting:
                _split(call, value)
            if call.receiver is not None:
                call.machine.world.frame(NOTES)[value.oid, "prepared by"] = call.receiver
    return values[0] if len(values) == 1 else Tup(values, call.args.open)


def _engine(call: LibCall) -> Value:
    """`deepspeed.initialize(model=model)`: an engine that passes on to the model what it has not itself, and beside it
    the optimizer, the data loader and the scheduler."""
    model = call.arg("model")
    if model is None:
        return call.unknown()
    model = call.machine.settle(model, call.node)
    if isinstance(model, ModelRef):
        call.machine.emit(call.node, model.oid, Prepared())
    beside = [call.arg(name) or call.unknown(name) for name in ("optimizer", "training_data", "lr_scheduler")]
    return Tup((model, *beside))


def _parts_parameters(call: LibCall) -> bool:
    """`Accelerator(fsdp_plugin=FullyShardedDataParallelPlugin())`: each process is left with a part of every one."""
    record = record_of(call.machine, call.receiver) if call.receiver is not None else None
    plugin = record.fields.get(call.option("parting", "")) if isinstance(record, InstRec) else None
    return isinstance(plugin, ObjRef)


def _plain_model(call: LibCall) -> Value:
    return call.unknown(models=frozenset([call.target()]))


def _unbound(call: LibCall) -> Value:
    """`LlamaForCausalLM.save_pretrained(model, out)`."""

    method = call.option("method") or call.name.rpartition(".")[2]
    if not call.args.pos:
        return call.unknown()
    oid = as_model(call.machine, call.args.pos[0], call.node)
    if oid is None:
        return call.unknown()
    rest = Args(call.args.pos[1:], call.args.kw, call.args.open)
    return call.machine.call(call.machine.get(ModelRef(oid), method, call.node), rest, call.node)


VERBS: dict[str, Verb] = {
    "around": _around,
    "shard": _shard,
    "inner": _inner,
    "unwrapped": _unwrapped,
    "prepare_all": _prepare_all,
    "engine": _engine,
    "plain_model": _plain_model,
    "unbound": _unbound,
}
