"""Child processes of runs: which interpreter, how they are started, watched, and ended with all that they started."""
