"""What is linted: files that are found, the project that they belong to, and which of them import which."""
