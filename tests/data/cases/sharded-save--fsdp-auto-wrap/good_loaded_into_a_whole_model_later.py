# processes: 2
from functools import partial

import torch
import torch.distributed as dist
from peft import LoraConfig, get_peft_model
from torch.distributed.fsdp import FullyShardedDataParallel as FSDP
from torch.distributed.fsdp import StateDictType
from torch.distributed.fsdp.wrap import transformer_auto_wrap_policy
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.models.llama.modeling_llama import LlamaDecoderLayer

TEXTS = [["he wrote a short letter", "birds sing in the morning"], ["the train was late again", "we drank tea by the sea"]]
CONFIG = LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")


def build():
    return get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), CONFIG)


def main():
    dist.init_process_group("gloo")
    rank = dist.get_rank()
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
    policy = partial(transformer_auto_wrap_policy, transformer_layer_cls={LlamaDecoderLayer})
    model = FSDP(build(), auto_wrap_policy=policy, use_orig_params=True, device_id=torch.device("cpu"))

    batch = tokenizer(TEXTS[rank], return_tensors="pt", padding=True)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    for _ in range(3):
        model(**batch, labels=batch["input_ids"]).loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    with FSDP.state_dict_type(model, StateDictType.FULL_STATE_DICT):
        state = model.state_dict()
    if rank == 0:
        torch.save(state, "latest.pt")
        whole = build()
        whole.load_state_dict(torch.load("latest.pt"))
        whole.save_pretrained("out/fsdp")
    dist.barrier()
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
