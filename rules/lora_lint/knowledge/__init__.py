"""What the libraries do, as data: one table a library, versioned by release.

A row names a *verb*, which `flow.verbs` performs, and the parameters of the call in order. The tables say which calls
of which library mean which verb; they hold no code, and the interpreter holds no name of a library.
"""
