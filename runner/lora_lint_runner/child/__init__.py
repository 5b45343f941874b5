"""What runs in the user's interpreter, around the user's script.

Imports nothing but the standard library before the script's own imports, and never the linter: the linter may live in
another environment. Keeps to Python 3.9, lower than the linter's floor. Everything about a library is done in the
moment in which the script itself imports that library (see `patching`).
"""
