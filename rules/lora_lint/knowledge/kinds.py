"""What models answer when they are asked at run time, by their kind.

The kinds are "peft" (a PeftModel), "tuner" (a bare LoraModel), "plain", "unknown", and the wrappers "parallel",
"sharded" and "compiled". `tests/knowledge/test_attributes.py` asks real models the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from lora_lint.knowledge import diffusers, never, peft, sentence_transformers, torch, transformers, unsloth
from lora_lint.knowledge.rows import Row

# -- what a method does: the first table that has it counts ------------------------------------------------------------

_OF_ADAPTED = (peft.ON_PEFT, transformers.ON_ANY, transformers.ON_PLAIN)
_OF_OTHERS = (transformers.ON_PLAIN, transformers.ON_ANY)
METHODS: Mapping[str, tuple[Mapping[str, Row], ...]] = {
    "peft": _OF_ADAPTED,
    "tuner": _OF_ADAPTED,
    **dict.fromkeys(("plain", "unknown", "parallel", "sharded", "compiled"), _OF_OTHERS),
}

# by the class of a plain model: what only such a one has
OF_CLASSES: Mapping[str, Mapping[str, Row]] = sentence_transformers.METHODS

# -- attributes --------------------------------------------------------------------------------------------------------

PEFT_ONLY = peft.PEFT_ONLY
PEFT_ONLY_WRAPPER = peft.PEFT_ONLY_WRAPPER
NEVER_PEFT = never.INSTEAD
THROUGH_BASE_MODEL = peft.TUNER_METHODS
OF_MODULES = torch.MODULE_ATTRIBUTES
OF_PARALLEL = torch.PARALLEL_ATTRIBUTES
OF_PLAIN = transformers.PLAIN_HAS | OF_MODULES
OF_PEFT = peft.PEFT_HAS | OF_PLAIN
OF_EXTENDED = unsloth.PUT_ON  # of a PeftModel that another library has put methods of its own on
INNER = {"compiled": "_orig_mod", "sharded": "module", "parallel": "module"}  # where a wrapper keeps the model

# -- parts of a pipeline -----------------------------------------------------------------------------------------------

PIPELINE_PARTS = diffusers.PARTS
ADAPTED_PARTS = diffusers.ADAPTED_PARTS

# -- classes -----------------------------------------------------------------------------------------------------------

EVERY_MODEL = frozenset({"torch.Module", "builtins.object"})
# the class names that say which wrapper it is
OF_WRAPPERS = {
    "parallel": frozenset({"DistributedDataParallel", "DataParallel"}),
    "sharded": frozenset({"FullyShardedDataParallel"}),
    "compiled": frozenset({"OptimizedModule"}),
}
WRAPPERS = frozenset().union(*OF_WRAPPERS.values())
PLAIN_BASES = frozenset({"PreTrainedModel", "PushToHubMixin", "ModelMixin"})
ADAPTED = "peft."  # what the names of all classes of adapted models begin with
# methods of a PeftModel that changes layers; one that only has a prompt (prefix, prompt or P-tuning) raises
OF_LAYERS = frozenset({"merge_and_unload", "unload", "merge_adapter", "unmerge_adapter"})
ANY_PROMPT = "PromptLearningConfig"  # the config of one, whichever prompt it is
# what a PeftMixedModel has and does not do: NotImplementedError (peft 0.21.2, as executed)
NOT_OF_MIXED = frozenset({"save_pretrained", "create_or_update_model_card"})
EVERY_PEFT = frozenset({"peft.PeftModel", "transformers.PushToHubMixin"})  # and no bare tuner
TUNERS = frozenset(f"peft.{name}" for name in peft.TUNERS.split())  # what is inside a PeftModel, by its method
NO_TUNERS = frozenset({"peft.PeftModel", "transformers.PreTrainedModel"})
NEVER_ADAPTED = ("transformers.", "diffusers.")  # what no PeftModel is an instance of, mixins aside

# -- types -------------------------------------------------------------------------------------------------------------

TYPES = {
    "tuner": "peft.LoraModel",
    "compiled": "torch._dynamo.OptimizedModule",
    "parallel": "torch.nn.parallel.DistributedDataParallel",
    "sharded": "torch.distributed.fsdp.FullyShardedDataParallel",
}
# the class that get_peft_model makes for a task type
BY_TASK = {
    "": "peft.PeftModel",
    "CAUSAL_LM": "peft.PeftModelForCausalLM",
    "SEQ_CLS": "peft.PeftModelForSequenceClassification",
    "SEQ_2_SEQ_LM": "peft.PeftModelForSeq2SeqLM",
    "TOKEN_CLS": "peft.PeftModelForTokenClassification",
    "QUESTION_ANS": "peft.PeftModelForQuestionAnswering",
    "FEATURE_EXTRACTION": "peft.PeftModelForFeatureExtraction",
}
