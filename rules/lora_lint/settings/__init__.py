"""What may be set, where it is set, and what counts for a file."""
