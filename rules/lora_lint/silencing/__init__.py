"""Comments that silence findings: read, written, taken back, and what they hide."""
