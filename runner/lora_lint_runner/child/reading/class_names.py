"""Names that are those of classes of models, tokenizers, trainers and their like."""

from __future__ import annotations

ENDS = (
    "Model",
    "LMHead",
    "LMHeadModel",
    "Tokenizer",
    "TokenizerFast",
    "Processor",
    "FeatureExtractor",
    "Trainer",
    "Pipeline",
)


def is_class(name: str) -> bool:
    if not name[:1].isupper() or not name.isidentifier():
        return False
    return name.endswith(ENDS) or (
        ("For" in name) and any(c.islower() for c in name) and name.rsplit("For", 1)[1][:1].isupper()
    )
