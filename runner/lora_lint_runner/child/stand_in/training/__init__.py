"""Trainings that are short, on little data and on a CPU."""
