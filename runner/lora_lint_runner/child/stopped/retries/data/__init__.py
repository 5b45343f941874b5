"""What another attempt could try with made-up rows and arrays that a script has no use for as they are."""
