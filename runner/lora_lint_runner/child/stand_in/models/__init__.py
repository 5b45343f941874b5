"""Models that are not on this machine: tiny ones of the same architecture, made when they are asked for."""
