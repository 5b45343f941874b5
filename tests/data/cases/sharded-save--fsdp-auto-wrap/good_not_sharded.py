# processes: 2
import torch
import torch.distributed as dist
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

TEXTS = [["he wrote a short letter", "birds sing in the morning"], ["the train was late again", "we drank tea by the sea"]]
CONFIG = LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")


def build():
    return get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), CONFIG)


def main():
    dist.init_process_group("gloo")
    rank = dist.get_rank()
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
    model = torch.nn.parallel.DistributedDataParallel(build())

    batch = tokenizer(TEXTS[rank], return_tensors="pt", padding=True)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    for _ in range(3):
        model(**batch, labels=batch["input_ids"]).loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    if rank == 0:
        model.module.save_pretrained("out/fsdp")
    dist.barrier()
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
