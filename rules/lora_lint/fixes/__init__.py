"""Fixes: edits on the tree, as replacements of text at the positions of nodes. Nothing outside the edits changes."""
