"""Data that are not on this machine: made up, by what is known of a data set and by what the script asks of it."""
