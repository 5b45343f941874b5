"""torch. Seen on 2.13.0."""

from __future__ import annotations

from lora_lint.knowledge.rows import Table, row, rows

OPTIMIZERS = "Adam AdamW SGD Adagrad Adadelta Adamax NAdam RAdam RMSprop Rprop LBFGS ASGD SparseAdam Adafactor Muon"

TORCH = Table(
    functions={
        "compile": row("around", "model", kind="compiled"),
        "nn.parallel.DistributedDataParallel": row("around", "module", kind="parallel"),
        "nn.DataParallel": row("around", "module", kind="parallel"),
        "nn.parallel.DataParallel": row("around", "module", kind="parallel"),
        **rows(
            "around",
            "distributed.fsdp.FullyShardedDataParallel",
            "module process_group sharding_strategy",
            kind="sharded",
        ),
        "FullyShardedDataParallel.summon_full_params": row("context", "model", kind="whole"),
        "FullyShardedDataParallel.state_dict_type": row("context", kind="null"),
        "FullyShardedDataParallel.set_state_dict_type": row("quiet"),
        "fsdp.fully_shard": row("shard", "module"),
        "checkpoint.state_dict.get_model_state_dict": row("state_dict_of", "model"),
        "save": row("save_weights", "obj f"),
        "load": row("read_file", "f"),
        **rows("handed", "onnx.export export.export export.save jit.script jit.trace jit.save"),  # weights in a graph
        **rows("context", "no_grad inference_mode", kind="muted"),
        "set_grad_enabled": row("context", "mode", kind="grad"),
        **rows("context", "enable_grad autocast cuda.amp.autocast amp.autocast", kind="null"),
        **rows("context", "profiler.profile autograd.profiler.profile", kind="null", measures=True),
        **rows("measure", "cuda.reset_peak_memory_stats cuda.reset_max_memory_allocated"),
        **rows("made_up", "rand randn randint randint_like rand_like randn_like ones ones_like zeros zeros_like full"),
        "autograd.backward": row("backward", "tensors"),
        "distributed.get_rank": row("plain", value=0),
        "distributed.init_process_group": row("quiet"),
        "utils.checkpoint.checkpoint": row("recompute", "function"),
        "utils.data.DataLoader": row("make", "dataset batch_size"),
        **{f"optim.{name}": row("optimizer", "params") for name in OPTIMIZERS.split()},
    },
    methods={
        "Module": {
            **rows("self", "train eval apply share_memory"),
            **rows("on_device", "to cuda cpu half float double bfloat16 type"),
            "parameters": row("module_parameters"),
            "named_parameters": row("module_parameters", named=True),
            "state_dict": row("module_state", "destination prefix keep_vars"),
            "requires_grad_": row("module_requires_grad", "requires_grad"),
            **rows("quiet", "zero_grad load_state_dict register_buffer register_parameter"),
            "backward": row("backward", "loss"),  # as an engine of DeepSpeed
        },
        "nn.Linear": {
            "parameters": row("module_parameters"),
            "named_parameters": row("module_parameters", named=True),
            "requires_grad_": row("module_requires_grad", "requires_grad"),
        },
        "Optimizer": {
            "step": row("optimizer_step"),
            "zero_grad": row("quiet"),
            "add_param_group": row("add_parameters", "param_group"),
            "state_dict": row("unknown"),
            "load_state_dict": row("quiet"),
        },
    },
    bases={
        **{f"optim.{name}": "torch.Optimizer" for name in OPTIMIZERS.split()},
        # networks that scripts put adapters on as they are
        **{f"nn.{name}": "torch.nn.Module" for name in ("Sequential", "Transformer", "TransformerEncoder")},
    },
)

SAFETENSORS = Table(
    functions={
        **rows("save_weights", "torch.save_file", "tensors filename metadata"),
        **rows("save_weights", "torch.save_model", "model filename"),
        **rows("read_file", "torch.load_file safe_open", "filename"),
    }
)

BITSANDBYTES = Table(
    families=((r"optim\.\w*(Adam|AdamW|Lion|SGD|RMSprop|LAMB|LARS|Adagrad)\w*$", row("optimizer", "params")),),
    methods={"Optimizer": TORCH.methods["Optimizer"]},
)

LAYERS = "torch.nn."  # what the names of all layers begin with
# those without weights, and how the names of losses and pools end, which have none either
WEIGHTLESS = frozenset(
    "ReLU ReLU6 LeakyReLU ELU SELU CELU GELU GLU SiLU Mish Tanh Sigmoid Hardtanh Hardswish LogSigmoid Softplus Softmax "
    "Softmax2d LogSoftmax Dropout Dropout1d Dropout2d Dropout3d AlphaDropout Identity Flatten Unflatten Upsample "
    "CosineSimilarity PairwiseDistance PixelShuffle ZeroPad2d".split()
)
WEIGHTLESS_ENDS = ("Loss", "Pool1d", "Pool2d", "Pool3d")
# how the names of layers end whose weights change nothing at first: what they put out is scaled by one
STARTING_AT_ONE = ("Norm", "Norm1d", "Norm2d", "Norm3d", "PReLU")

# what every torch module has
MODULE_ATTRIBUTES = frozenset(
    "parameters named_parameters state_dict load_state_dict train eval to cuda cpu half float double bfloat16 type "
    "requires_grad_ zero_grad modules named_modules children named_children buffers named_buffers apply forward "
    "register_forward_hook register_buffer register_module register_parameter add_module get_submodule "
    "get_parameter extra_repr share_memory training compile to_empty get_buffer register_full_backward_hook "
    "register_forward_pre_hook register_full_backward_pre_hook register_backward_hook register_state_dict_pre_hook "
    "register_state_dict_post_hook register_load_state_dict_pre_hook register_load_state_dict_post_hook "
    "get_extra_state set_extra_state set_submodule ipu xpu mtia call_super_init T_destination "
    "dump_patches __call__ __class__ __dict__ __doc__".split()
)
PARALLEL_ATTRIBUTES = MODULE_ATTRIBUTES | {
    "module",
    "no_sync",
    "device",
    "device_ids",
    "device_type",
    "dim",
    "gather",
    "join",
    "process_group",
    "register_comm_hook",
    "replicate",
    "require_backward_grad_sync",
    "find_unused_parameters",
    "static_graph",
    "scatter",
    "output_device",
}
