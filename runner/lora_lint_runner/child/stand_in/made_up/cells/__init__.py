"""What stands in the cells of made-up rows, by its kind."""
