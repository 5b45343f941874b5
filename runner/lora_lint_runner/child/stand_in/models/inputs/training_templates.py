"""The chat template of a stand-in with its answers marked, which trl asks for to train on answers alone: of the
templates of real models it brings such copies (trl 1.16)."""

from __future__ import annotations

from typing import Any

from ....context import Run

BEGINS, ENDS = "message['role'] + '\n' }}", "{% endfor %}{% if add_generation_prompt %}"  # of a turn, in our template


def install(run: Run) -> None:
    @run.patches.after("trl.chat_template_utils")
    def patch(module: Any) -> None:
        run.patches.replace(module, "get_training_chat_template", lambda real: _marking(run, real))


def _marking(run: Run, real: Any) -> Any:
    def training(processing_class: Any = None, *args: Any, **options: Any) -> Any:
        try:
            return real(processing_class, *args, **options)
        except ValueError:
            found = marked(str(getattr(processing_class, "chat_template", "")))
            if found is None:
                raise
            run.neutral("the chat template of a stand-in: its answers are marked, for a loss of answers alone")
            return found

    return training


def marked(template: str) -> str | None:
    """None: it is another one."""
    head, begins, rest = template.partition(BEGINS)
    turn, ends, tail = rest.partition(ENDS)
    if not begins or not ends:
        return None
    answer = "{% if message['role'] == 'assistant' %}{% generation %}" + turn + "{% endgeneration %}{% else %}"
    return head + begins + answer + turn + "{% endif %}" + ends + tail
