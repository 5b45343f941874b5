import enum
from dataclasses import dataclass, field
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM


class Export(enum.Enum):
    ADAPTER = "adapter"
    MERGED = "merged"


@dataclass
class Config:
    base: str = "tiny-llama"
    export: Export = Export.ADAPTER
    out: str = "out"


def export(model, cfg):
    match cfg.export:
        case Export.ADAPTER:
            model.save_pretrained(cfg.out)
        case Export.MERGED:
            model.merge_and_unload().save_pretrained(cfg.out)


cfg = Config()
model = get_peft_model(AutoModelForCausalLM.from_pretrained(cfg.base), LoraConfig(task_type="CAUSAL_LM"))
for batch in loader:
    model(**batch).loss.backward()
    optimizer.step()
export(model, cfg)
