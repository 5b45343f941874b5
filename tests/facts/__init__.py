"""Facts before rules: runs the scripts under tests/data and compares what they leave on disk with what facts.json says.

`python -m tests.facts` checks every case, `python -m tests.facts --record NAME` writes the observations of a new one.
"""
