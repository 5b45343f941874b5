"""What another attempt could try with files and folders that a script looks for in vain, or writes to."""
