"""A GPU, and several processes, that a laptop does not have."""
