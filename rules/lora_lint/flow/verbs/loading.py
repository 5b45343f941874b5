"""Models and configs that are loaded or built."""

from __future__ import annotations

from collections.abc import Hashable

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.models import LOADED_BY
from lora_lint.flow.objects.containers import record_of
from lora_lint.flow.objects.strings import atoms_of
from lora_lint.flow.values import NONE, TRUE, Const, Gate, InstRec, Lib, ModelRef, ObjRef, Sym, Tup, Value
from lora_lint.flow.verbs.heads import labels_of
from lora_lint.flow.worlds.behind import parts_behind
from lora_lint.flow.worlds.terms import pick, terms_of
from lora_lint.flow.worlds.world import NOTES
from lora_lint.knowledge import names
from lora_lint.lifecycle.events.models import Created
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import DEFAULT, BaseModel, Frozen


def _load_model(call: LibCall) -> Value:
    """`AutoModel....from_pretrained(name)`: a plain model, or one with an adapter where the directory holds one."""
    machine = call.machine
    first = call.row.params[0]
    place = call.place(first)
    life = machine.world.life
    cls = next((part for part in reversed(call.name.split(".")) if part[:1].isupper()), "model")
    source = _shown(machine, call.arg(first))
    facts = {"named": machine.knowledge.class_of(cls, source), "quantized": quantization(call)}
    traits = _traits(call, cls, source)
    if place is not None and life.disk:
        traits += folded_in(life, place)
    oid = life.create(machine.site(call.node), cls, source=source, traits=traits, **facts)
    if isinstance(source, str):
        machine.world.frame(NOTES)[oid, LOADED_BY] = Const(source)
    machine.emit(call.node, oid, Created())
    if place is not None and life.saved_at(place) is not None:
        name = call.plain("adapter_name", DEFAULT)
        frozen = None if call.option("adapters") else Frozen("loaded", machine.site(call.node))
        adapter = life.adapter(machine.site(call.node), name, "loaded", frozen=frozen, place=place)
        if call.option("adapters"):
            oid = life.wrap(oid, adapter, machine.site(call.node), extended=True)
        else:
            life.inject(oid, adapter)
    return Tup((ModelRef(oid), call.unknown("tokenizer"))) if call.option("tupled") else ModelRef(oid)


OF_SIZE = frozenset({"config", "vocab_size", "ignore_mismatched_sizes"})  # keywords by which an embedding may have any


def _traits(call: LibCall, cls: str, source: Hashable) -> tuple[tuple[str, Hashable], ...]:
    """What the keywords and the name of a load tell of the model."""
    machine = call.machine
    kw = call.args.kw
    asked = kw.get("dtype") or kw.get("torch_dtype")
    dtype = dtype_of(machine.settle(asked, call.node)) if asked is not None else None
    tied: bool | None
    if "tie_word_embeddings" in kw:
        tied = machine.known(kw["tie_word_embeddings"])
    else:
        told = isinstance(source, str) and "config" not in kw  # which may say otherwise
        tied = machine.knowledge.ties_embeddings(str(source)) if told else None
    found: dict[str, Hashable] = {
        "half": dtype == "float16" or None,
        "labels": labels_of(call, cls, source),
        "new head": _new_head(call, cls, source) or None,
        "no words": machine.knowledge.takes_no_words(cls) or None,
        "own size": not OF_SIZE.isdisjoint(kw) or None,
        "own letters": _own_letters(call, cls) or None,
        "tied": tied,
        "part": call.option("part"),
        "small by itself": "load_in_4bit" not in kw if call.option("bits") else None,
        "may be adapted": _may_be_adapted(call, source) or None,
    }
    return tuple((name, value) for name, value in found.items() if value is not None)


def folded_in(life: Life, place: Place) -> tuple[tuple[str, Hashable], ...]:
    """The trait of a model that is loaded of what the script has saved merged."""
    tokens = life.merged_at(place)
    return (("folded in", tokens),) if tokens else ()


def _may_be_adapted(call: LibCall, source: Hashable) -> bool:
    """`FastLanguageModel.from_pretrained(path)` gives a PeftModel where an adapter is there."""
    known = isinstance(source, str) and source.startswith(call.option("plain", ""))
    return bool(call.option("adapters")) and not known


def _new_head(call: LibCall, cls: str, source: Hashable) -> bool:
    kw = call.args.kw
    labels = "num_labels" in kw or "id2label" in kw
    count = call.plain("num_labels", None) if "num_labels" in kw else None
    others = "ignore_mismatched_sizes" in kw and call.plain("ignore_mismatched_sizes", None) is True
    knowledge, usual = call.machine.knowledge, call.machine.usual
    if knowledge.finds_in_pictures(cls):  # of an option, by its default
        named = usual[source].value if isinstance(source, tuple) and source in usual else source
        return knowledge.finds_anew(cls, named, count, labels=labels and others)
    return knowledge.makes_new_head(cls, source, labels=labels, count=count)


def _own_letters(call: LibCall, cls: str) -> bool:
    """`Wav2Vec2ForCTC.from_pretrained(name, vocab_size=len(tokenizer))`: a head of as many letters as the script has,
    other ones than those of a tokenizer that is loaded by the same name."""
    machine = call.machine
    size, name = call.args.kw.get("vocab_size"), call.arg(call.row.params[0])
    if size is None or not machine.knowledge.writes_letters(cls):
        return False
    size = machine.settle(size, call.node)
    if isinstance(size, Const):
        return size.value not in (None, machine.knowledge.letters_at_first())
    own = {name, *terms_of(name)} if name is not None else set()
    return not any(own.intersection(parts_behind(term, machine.made_of, ())) for term in terms_of(size))


def dtype_of(value: Value) -> str | None:
    """The number format that `torch.float16` or `"float16"` names, None where it is not known."""
    if isinstance(value, Lib) and value.name.startswith(names.NUMBER_FORMATS):
        name = value.name.rpartition(".")[2]
        return DTYPES.get(name, name)
    return DTYPES.get(value.value, value.value) if isinstance(value, Const) and isinstance(value.value, str) else None


DTYPES = {"half": "float16", "float": "float32", "double": "float64"}


def _build_model(call: LibCall) -> Value:
    """`LlamaForCausalLM(config)`."""
    machine = call.machine
    cls = call.name.rpartition(".")[2]
    if cls in ("from_config", "_from_config"):
        cls = call.name.split(".")[-2]
    oid = machine.world.life.create(machine.site(call.node), cls)
    machine.emit(call.node, oid, Created())
    return ModelRef(oid)


def _value_head(call: LibCall) -> Value:
    """trl's value-head models are wrappers of their own; what they hold is not followed."""
    return call.unknown()


def quantization(call: LibCall) -> str:
    """ "4bit", "8bit", "maybe" or "": how a model's weights are loaded, by the keywords and the quantization config."""
    config = call.args.kw.get("quantization_config")
    record = record_of(call.machine, call.machine.settle(config, call.node)) if config is not None else None
    given = {name: call.args.get(name, call.row.position(name)) for name in ("load_in_4bit", "load_in_8bit")}
    fields = record.fields if isinstance(record, InstRec) else given
    for bits in ("4bit", "8bit"):
        asked = fields.get(f"load_in_{bits}")
        if asked is not None:
            decided = call.machine.known(asked)
            if decided:
                return bits
            if decided is None:
                return "maybe"
    if config is not None and not isinstance(record, InstRec) and pick(call.machine.world, config) != NONE:
        return "maybe"
    return _usual_bits(call) if config is None and given["load_in_4bit"] is None else ""


def _usual_bits(call: LibCall) -> str:
    """How a library loads weights of which the call says nothing."""
    others = [call.machine.known(call.args.kw[name]) for name in call.option("unless", ()) if name in call.args.kw]
    sure = not call.args.open and set(others) <= {False}
    return "" if True in others else call.option("bits", "") and (call.option("bits") if sure else "maybe")


def _shown(machine: Machine, value: Value | None) -> Hashable:
    atoms = atoms_of(machine.world, value)
    return atoms[0] if atoms is not None and len(atoms) == 1 else atoms


def _load_config(call: LibCall) -> Value:
    """`LoraConfig.from_pretrained(path)`: what save_pretrained wrote has inference_mode true, whatever is asked for."""
    site = call.machine.site(call.node)
    lib = call.name.rpartition(".")[0]
    if _is_of_a_model(call):
        return call.unknown()
    fields: dict[str, Value] = {name: value for name, value in call.args.kw.items() if name != "inference_mode"}
    fields["inference_mode"] = TRUE
    fields["loaded"] = TRUE
    return ObjRef(call.machine.world.new(site, InstRec(None, lib, fields, site)))


def _is_of_a_model(call: LibCall) -> bool:
    """A model was loaded by this name, too: no adapter is there, and this raises, or one is in that model already."""
    source = _shown(call.machine, call.arg(call.row.params[0]))
    models = call.machine.world.life.models.values()
    return source is not None and any(isinstance(m, BaseModel) and m.source == source for m in models)


def _maybe_config(call: LibCall) -> Value:
    """trl's `get_peft_config(model_args)`: a config, or None where an option of its argument says so."""
    machine, site = call.machine, call.machine.site(call.node)
    options = call.arg(call.row.params[0])
    told = machine.get(options, call.option("asks"), call.node) if options is not None else NONE
    config = Sym(("made", "config", site), kind=names.ADAPTER_CONFIG)
    decided = machine.known(told) if isinstance(told, (Const, Sym)) and told != NONE else None
    if decided is not None:
        return config if decided else NONE
    term = told.term if isinstance(told, Sym) else ("config", site)
    machine.note_test(term, call.node)
    return Gate(term, config, NONE)


VERBS: dict[str, Verb] = {
    "load_model": _load_model,
    "build_model": _build_model,
    "value_head": _value_head,
    "load_config": _load_config,
    "maybe_config": _maybe_config,
}
