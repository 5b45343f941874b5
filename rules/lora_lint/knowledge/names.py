"""Names of library objects that the interpreter itself makes or asks for, by what they are to it."""

from __future__ import annotations

# -- Python's own ------------------------------------------------------------------------------------------------------

VERSION = "__version__"  # of a library
MODEL_TYPE = "model_type"  # of the config of a model: which family it is of
PATH = "pathlib.Path"
PATHS = (PATH, "pathlib.PurePath", "os.PathLike")  # what a path is an instance of
FLAGS = ("enum.Flag", "enum.IntFlag")
ENUMERATIONS = ("enum.Enum", "enum.StrEnum", "enum.IntEnum", "transformers.utils.ExplicitEnum", *FLAGS)
# bases that make a member a text or a number, too
MIXED_IN: dict[str, type] = {
    "builtins.str": str,
    "enum.StrEnum": str,
    "transformers.utils.ExplicitEnum": str,  # `class ExplicitEnum(str, Enum)`, transformers 5.23
    "builtins.int": int,
    "enum.IntEnum": int,
    **dict.fromkeys(FLAGS, int),
}
COMMAND_LINE = "argparse.Namespace"
TOKEN = "contextvars.Token"  # what `reset` of a context variable takes
FUTURE = "concurrent.futures.Future"
EXIT_STACK = "contextlib.ExitStack"  # what is called when the block that it opens ends
CONTEXT_DECORATOR = "contextlib.ContextDecorator"
INSIDE = "contextlib.ContextDecorator.inside"  # what calling a function means that such an instance decorates
MUTING = ("context.muted", "context.grad")  # blocks without gradients, which decorate functions, too
NAMED_TUPLE = "collections.namedtuple"
FIELD = "dataclasses.Field"  # what `dataclasses.fields` lists
TUPLES = ("typing.NamedTuple", NAMED_TUPLE)  # an instance of a class made by these is a tuple of its fields
NEW_TUPLE = "collections.namedtuple.new"  # what calling a class that `namedtuple` made means
KEPT = "kept property"  # computed once for an instance
# decorators that make of a function one of several, which its arguments choose
DISPATCHER = "functools.singledispatch"
DISPATCHERS = frozenset({DISPATCHER, "functools.singledispatchmethod"})
# decorators, and what they make of a function or method; a cached one gives what it gave for the same arguments
METHOD_KINDS = {
    "functools.cache": "cached",
    "functools.lru_cache": "cached",
    "builtins.staticmethod": "static",
    "builtins.classmethod": "class",
    "builtins.property": "property",
    "functools.cached_property": KEPT,
    "abc.abstractproperty": "property",
}

# -- of training -------------------------------------------------------------------------------------------------------

MODULE = "torch.nn.Module"
PARAMETER = "torch.nn.Parameter"
OPTIMIZER = "torch.Optimizer"
TRAINER = "transformers.Trainer"
ADAPTER_CONFIG = "peft.PeftConfig"
ADAPTER_CONFIGS = "peft."  # what the names of all classes of configs begin with
BASES_OF_CONFIGS = (ADAPTER_CONFIG, "peft.PromptLearningConfig")  # of a config of which no more than that is known
CONFIGS_OF_MODELS = ("peft_config", "active_peft_config")  # where an adapted model has them
# what scripts call the settings without which an adapter's tensors are of no use
RANKS_OF_ADAPTERS = frozenset("r rank lora_r lora_rank lora_dim".split())
BESIDE_RANKS = frozenset("alpha lora_alpha target_modules lora_target_modules targets lora_targets".split())
NOT_SHARDED = "NO_SHARD"
NUMBER_FORMATS = "torch."  # what the names of all number formats begin with
ANNOTATED_PEFT = "peft.PeftM"  # what the canonical names of the classes around an adapted model begin with
TRAINERS_MODEL = ("model", "model_wrapped")  # where a trainer has its model
TRAINERS_ENGINE = "deepspeed"  # where it has the model under DeepSpeed, None without that
TRAINERS_RELEASE = "trl"  # the library whose release decides what trainers do with an adapter
ENVIRONMENT = "os.environ"
PATTERN, MATCH = "re.Pattern", "re.Match"
