"""The analysis process: holds the open texts, and is the one place that asks the linter."""
