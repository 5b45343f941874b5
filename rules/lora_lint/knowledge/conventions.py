"""What holds across libraries: who only reads a model, what makes a class of fields, where a launcher tells a rank."""

from __future__ import annotations

# libraries whose functions may be given a model: they read it, and neither train nor save it; nor do they hold it for
# somebody who does, as those of collections, operator and weakref
READERS = frozenset(
    "builtins os sys statistics logging math json time gc re random datetime pprint warnings inspect typing "
    "numpy pandas torchinfo torchsummary tqdm rich wandb matplotlib psutil pathlib "
    "sklearn evaluate nltk rouge_score sacrebleu jiwer loguru string textwrap torchmetrics shutil copy "
    "contextlib torch transformers tensorboard tensorboardX fvcore thop humanize tabulate".split()
)

# decorators that make a class with fields as constructor arguments, and classes whose subclasses are such
RECORD_DECORATORS = frozenset(
    {"dataclasses.dataclass", "attr.s", "attr.define", "attrs.define", "attrs.frozen", "pydantic.dataclasses.dataclass"}
)
RECORD_BASES = frozenset({"pydantic.BaseModel", "pydantic_settings.BaseSettings", "typing.NamedTuple"})
FIELD_MAKERS = frozenset({"dataclasses.field", "pydantic.Field", "attr.ib", "attrs.field"})

# the environment variables in which a launcher tells a process its rank; unset in a plain run
RANKS = frozenset({"RANK", "LOCAL_RANK", "SLURM_PROCID", "SLURM_LOCALID", "OMPI_COMM_WORLD_RANK", "NODE_RANK"})
