"""The abstract interpreter: LibCST in, the life of every model out.

`worlds` holds what one path through a script knows, `fold` joins paths whose models are in one state, `machine` runs
statements, `evaluate`, `calls` and `classes` the expressions, and `verbs` performs what `knowledge` says that a
library call does. No name of a library stands in this package.
"""
