"""What a script asks of the cells of its rows: their columns, and what kind of thing each holds."""
