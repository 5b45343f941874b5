"""The life of a PEFT model: what a model is, which adapters it holds, what was trained, saved, lost.

This package knows no syntax. `flow` drives it while it reads a script; rules, hover and the runner read what it left.
"""
