"""Inputs that PEFT hands on for a task type, to a model that takes others: sounds or pictures."""

from __future__ import annotations

from .retries.learning import frames


def of(error: BaseException) -> str:
    """What to do about it, in words behind the error; nothing where that is not the reason."""
    if not isinstance(error, TypeError) or "keyword argument" not in str(error):
        return ""
    met = [frame.f_locals.get("self") for frame in frames(error)]
    wrapper = next((held for held in met if type(held).__name__.startswith("PeftModelFor")), None)
    base = wrapper.get_base_model() if wrapper is not None else None
    fed = getattr(base, "main_input_name", "input_ids")
    if wrapper is None or fed == "input_ids" or "'input_ids'" not in str(error):
        return ""
    task = str(getattr(wrapper.active_peft_config.task_type, "value", wrapper.active_peft_config.task_type))
    return f" (PEFT hands input_ids on for task_type {task}, and {type(base).__name__} takes {fed}: leave it out)"
