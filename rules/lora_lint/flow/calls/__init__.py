"""Calls, by what is called: a function of the project, a function or method of a library, code that is not seen."""
