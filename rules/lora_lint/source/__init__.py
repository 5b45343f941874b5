"""A file as it was read: text, notebook cells, positions, suppressions."""
