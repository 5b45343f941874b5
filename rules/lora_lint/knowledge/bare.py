"""Methods that are told by their name alone, where nothing is known of the object: what each means, as a word."""

from __future__ import annotations

# tensors, batches and loggers: what they give is made of what they were called on
_OF_TENSORS = (
    "item mean sum detach cpu cuda to float half view reshape log exp squeeze unsqueeze clone numpy tolist size dim "
    "argmax softmax log_softmax gather masked_fill scale div mul add sub contiguous transpose norm"
)
LISTING = frozenset("modules named_modules children named_children".split())  # of a module: those inside of it
# tables, drawings, writers of lines and loggers of runs
_OF_RECORDS = (
    "to_csv to_json to_excel to_parquet savefig write_html write_image writerow writerows write write_text add_scalar "
    "log_metric log_metrics"
)
# texts never change: each of these gives the same when it is asked again
_OF_TEXTS = "lower upper casefold strip lstrip rstrip removeprefix removesuffix replace startswith endswith"

SAVING = "save"
METHODS = {
    **dict.fromkeys(_OF_TENSORS.split(), "made of it"),
    **dict.fromkeys(LISTING, "its parts"),
    **dict.fromkeys("parameters named_parameters".split(), "its parameters"),
    "backward": "train",
    "requires_grad_": "open",
    **dict.fromkeys("set_adapter enable_adapters".split(), "open"),  # of a layer of an adapter
    **dict.fromkeys(_OF_TEXTS.split(), "of a text"),
    "get": "item",
    "strftime": "dated",
    "save_pretrained": SAVING,
    "push_to_hub": "push",
    **dict.fromkeys(_OF_RECORDS.split(), "record"),
    "add_tokens": "new tokens",
    "add_special_tokens": "special tokens",
}
# of a path in a listing, which they take away: with how many arguments
OF_PATHS = {"unlink": 0, "rmdir": 0, "rename": 1, "replace": 1}
# of optimizers, schedulers, modules and loggers: what they do is what they are called
KNOWN_EFFECTS = frozenset(
    "step zero_grad add_param_group train eval log log_metrics add_scalar add_scalars update print set_description "
    "set_postfix set_epoch load_state_dict reset append extend write".split()
)
# of a tensor: what they give is its values still
KEEPS_TENSOR = frozenset("detach contiguous requires_grad_ view squeeze unsqueeze".split())
COPIES_TENSOR = frozenset(  # or may, as `cpu()` does of a tensor on a GPU
    "cpu cuda to clone half float bfloat16 double type numpy tolist tobytes flatten ravel reshape".split()
)
SAME_WEIGHT = (KEEPS_TENSOR | COPIES_TENSOR) - {"requires_grad_"}
READING = frozenset({"clone", "detach", "norm"})  # of a weight: somebody looks at what it is by now
# of an object that is not seen: `trainee.set_model(model)` gives it the attribute `model`
SETTERS = ("set_", "reassign_", "assign_", "replace_", "update_", "swap_")
# attributes that mean something where they are set
OPENING = "requires_grad"
FORWARD = "forward"
# of what holds others: they give one of these, and make nothing new
TAKING_OUT = frozenset({"pop", "popleft", "popitem", "get", "get_nowait", "setdefault"})
# of a logger, which is told words and takes no files
TELLING = frozenset({"debug", "info", "warning", "error", "critical", "exception"})
