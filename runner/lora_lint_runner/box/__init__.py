"""What a run may write into, a box with a copy of the project, and what it reads of the cache of the hub."""
