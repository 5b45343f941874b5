"""The abstract interpreter: LibCST in, the life of every model out.

`worlds` holds what one path through a script knows, `fold` joins paths whose models are in one state, `machine` runs
`statements` and evaluates `expressions`, `objects`, `models` and `unknowns` answer for what they hold, `classes` and
`calls` run what is defined and called, and `verbs` performs what `knowledge` says that a library call does. No name of
a library stands in this package.
"""
