"""Runs a script, corrected, with stand-ins for what a laptop lacks, and says whether its adapter is on disk afterwards.

This is the parent: it lints, corrects a copy, starts children in the user's interpreter, watches them, and compares
what they left with what the analysis predicted. `child/` is what runs there.
"""
