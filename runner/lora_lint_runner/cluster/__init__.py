"""Runs on other machines: as tasks of a Ray cluster."""
