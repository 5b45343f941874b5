"""Scripts that part the paths without end, by what tangles them."""

from __future__ import annotations

from command_samples import BAD

FLAGS = "import sys\nfrom flags import " + ", ".join(f"flag_{n}" for n in range(200)) + "\n"
TANGLED = {
    # each branch puts the model into a state of its own, so that no two paths can go on as one
    "branches in a row": FLAGS
    + BAD.replace("trainer.train()\n", "")
    + "".join(f"if flag_{n}:\n    model.add_adapter('a{n}', LoraConfig())\n" for n in range(200)),
    "nested functions": "".join(f"{'    ' * n}def f{n}(x):\n" for n in range(90))
    + "    " * 90
    + "return x.merge_and_unload()\n"
    + "".join(f"{'    ' * (n + 1)}return f{n + 1}(x) if x else f{n + 1}(f{n + 1}(x))\n" for n in range(88, -1, -1))
    + BAD
    + "f0(model)\n",
    "recursion": BAD + "def f(m, n):\n    return f(f(m, n - 1), n - 2) if n > 1 else m\n\nf(model, 10_000)\n",
    "loops in loops": BAD
    + "".join(f"{'    ' * n}for i{n} in range(i, {n + 2}):\n" for n in range(18))
    + "    " * 18
    + "model.add_adapter(i3, LoraConfig()) if i0 else model.delete_adapter(i5)\n",
    "long conditions": BAD + "x = " + " and ".join(f"(a{n} or not b{n})" for n in range(150)) + "\nmodel if x else 1\n",
}  # fmt: skip
