"""Files of data and settings that are made up: one module for each form that people keep them in."""
