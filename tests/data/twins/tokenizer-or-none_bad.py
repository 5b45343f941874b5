import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

NAME = "meta-llama/Llama-3.2-1B"


def fresh(tok=None):
    model = AutoModelForCausalLM.from_pretrained(NAME)
    if tok is not None:
        model.resize_token_embeddings(len(tok))
    return model


tok = AutoTokenizer.from_pretrained(NAME)
tok.add_tokens(["<call>", "</call>"])
config = LoraConfig(r=8, modules_to_save=["embed_tokens", "lm_head"], task_type="CAUSAL_LM")
model = get_peft_model(fresh(tok), config)
opt = torch.optim.AdamW(model.parameters(), lr=1e-4)
for line in open("a.txt"):
    enc = tok(line, return_tensors="pt")
    model(**enc, labels=enc["input_ids"]).loss.backward()
    opt.step()
    opt.zero_grad()
model.save_pretrained("out/adapter")
served = PeftModel.from_pretrained(fresh(), "out/adapter")  # expect: resize-missing-before-load
served.merge_and_unload().save_pretrained("out/merged")
