"""Command lines that nobody gave: what the project says of them, else what the script asks for."""
