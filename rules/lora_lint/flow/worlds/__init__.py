"""Worlds: what one path through the script knows, how one path becomes many, and how many become one again."""
