"""What trainers of older releases took: their arguments, rows and models."""
