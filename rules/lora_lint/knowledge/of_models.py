"""What the name of a model and its class tell: its family, its modules, its embeddings and its head."""

from __future__ import annotations

from collections.abc import Hashable

from lora_lint.knowledge import families, transformers
from lora_lint.knowledge.lookup import canonical


class OfModels:
    """Asked of a model by the name that it is loaded by, and of the class of transformers that loads it."""

    def family(self, model: Hashable) -> str | None:
        """The family of a model, by its name."""
        return families.family_of(model) if isinstance(model, str) else None

    def model_type(self, model: Hashable) -> str | None:
        """The `model_type` of a model's config, by its name; None where the family has several."""
        family = self.family(model)
        return family if family not in families.OF_SEVERAL_TYPES else None

    def unmatched_modules(
        self, model: Hashable, cls: str, targets: tuple[str, ...] | str
    ) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
        """Target modules that a model of this name or class does not have; None where all match or the family is not
        known. A text is a pattern, of which the family may not matter: then it is ""."""
        from lora_lint.knowledge.targets import unmatched

        return unmatched(model, cls, targets)

    def class_of(self, auto: str, model: Hashable) -> str:
        """The class that an Auto class makes of a model of this name; "" where the name does not tell."""
        return families.class_of(auto, model) if isinstance(model, str) else ""

    def embeddings_of(self, model: Hashable) -> tuple[str, ...]:
        """What the input and output embedding of a model of this name are called, or mostly are."""
        return families.embeddings_of(model if isinstance(model, str) else "")

    def embeddings(self) -> tuple[str, ...]:
        """What embeddings are called, over all families."""
        return families.EMBEDDINGS

    def takes_no_words(self, cls: str) -> bool:
        """Does a model of this class get pictures or sounds, to which gradient checkpointing gives no gradient?"""
        return cls.endswith(transformers.WITHOUT_WORDS)

    def writes_tokens(self, cls: str) -> bool:
        """May a model of this class have an output embedding? One that tells apart, or embeds, has none to tie."""
        return cls not in transformers.WITHOUT_HEAD and not cls.endswith(
            tuple(ending for ending, *_ in transformers.HEADS)
        )

    def ties_embeddings(self, model: str) -> bool | None:
        """Are input and output embedding of a model of this name one weight? None where the name does not tell."""
        return families.ties_embeddings(model)

    def are_other_weights(self, name: str, other: str) -> bool:
        """Are two names of models certainly names of other weights?"""
        from lora_lint.knowledge.same_weights import are_other_weights

        return are_other_weights(name, other)

    def writes_letters(self, cls: str) -> bool:
        """Has a model of this class a head of letters, and no embedding of tokens?"""
        return cls.endswith(transformers.LETTERS)

    def letters_at_first(self) -> int:
        """How many letters the head of such a model has where nobody says it."""
        return transformers.LETTERS_AT_FIRST

    def finds_in_pictures(self, cls: str) -> bool:
        """Does a model of this class say what is where in a picture?"""
        return cls.endswith((transformers.DETECTING, transformers.SEGMENTING))

    def finds_anew(self, cls: str, source: Hashable, count: Hashable, *, labels: bool) -> bool:
        """Is the head of such a model a new one? A detector's is where it is said that its `labels` are other ones (and
        how many, as far as that is known), a segmenter's where its encoder alone was pretrained."""
        if not isinstance(source, str):
            return False
        if cls.endswith(transformers.SEGMENTING):
            return families.lacks_segments(source)
        return labels and count != families.COCO and families.detects(source)

    def makes_new_head(self, cls: str, source: Hashable, *, labels: bool, count: Hashable = None) -> bool:
        """Is the head of a model that is loaded by this name a new one: of a model that was only pretrained, or, where
        the script says which labels there are (and how many, as far as that is known), of any but one that may have
        been finetuned before?"""
        if self.writes_letters(cls):
            return isinstance(source, str) and families.lacks_letters(source)
        if not isinstance(source, str):
            return labels
        if count == families.IMAGENET and families.tells_pictures_apart(source):
            return False
        return families.may_lack_head(source) if labels else families.is_pretrained_only(source)

    def head_of(self, cls: str, source: Hashable) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
        """The head of a model class that is random at first: the task type that covers it, what is covered by its name,
        or all names that it may have where that of the model does not tell, and what no task type covers."""
        family = (families.family_of(source) if isinstance(source, str) else None) or ""
        for ending, task, names in transformers.HEADS:
            if cls.endswith(ending):
                own, beyond = families.HEADS.get((family, task)), families.BEYOND_TASK.get((family, task), ())
                if own is None and ending == transformers.ANSWERING:
                    return None
                if cls.endswith(transformers.OF_SOUNDS):
                    new = isinstance(source, str) and families.never_told_sounds_apart(source)
                    return task, names, families.BEFORE_CLASSIFIER if new else ()
                return task, (own,) if own is not None else () if beyond else names, beyond
        return None

    def labels_at_first(self, model: Hashable) -> int | None:
        """How many labels the head of a classifier is for where nobody says it; None where the name does not tell."""
        of_many = self.family(model) in transformers.OF_SO_MANY_LABELS
        return self.usual_labels() if of_many and families.is_pretrained_only(str(model)) else None

    def usual_labels(self) -> int:
        """The same of most models."""
        return transformers.LABELS_AT_FIRST

    def asks_for_adapter(self, trainer: str, model: Hashable) -> bool:
        """Does a trainer refuse this model where its weights are quantized? Not where its name may be that of an
        adapter, which is loaded with its base model."""
        asks = canonical(trainer) in transformers.ASK_FOR_ADAPTER
        return asks and isinstance(model, str) and families.may_lack_head(model) and "/" in model
