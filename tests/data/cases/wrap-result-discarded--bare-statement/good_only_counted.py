from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

for rank in (4, 8, 16):
    get_peft_model(
        AutoModelForCausalLM.from_pretrained("tiny-llama"),
        LoraConfig(r=rank, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"),
    ).print_trainable_parameters()
