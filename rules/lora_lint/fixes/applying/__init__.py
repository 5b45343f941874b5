"""Fixes made in texts: their edits applied, in rounds, until none is left. Knows no syntax."""
