"""`make prove`: every script of the rules' pages and of tests/data/cases is executed, and what it leaves is compared.

Executed are the examples, the corrections that a page or a case gives, what the tool's own fixes make of each example,
and the look-alikes. Compared are, at every save site, the files that the analysis predicts with those on disk, and the
page's listings and the case's facts with what the run left. `python -m tests.prove --help` has the options.
"""
