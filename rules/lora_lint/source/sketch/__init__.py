"""A script's tree without its whitespace, from Python's own parser: what is not told by it is added when asked for.

Python's parser takes a tenth of the time of LibCST's, which makes three nodes for the commas, brackets and blanks of a
script where one says what the script does. Analysis needs that one only. Fixes need those of the few statements that
they write anew: LibCST reads these, or all of the text, and what a node lacks is added to it, so that who holds a node
has the whole of it.
"""
