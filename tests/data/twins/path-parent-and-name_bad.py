import os
from pathlib import Path

from peft import AutoPeftModelForCausalLM

source = Path(os.environ["ADAPTER"])
net = AutoPeftModelForCausalLM.from_pretrained(source)
target = source.parent / source.name
net.merge_and_unload().save_pretrained(target)  # expect: merged-into-adapter-dir
