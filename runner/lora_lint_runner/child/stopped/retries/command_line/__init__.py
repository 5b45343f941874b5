"""What another attempt could give a script on its command line."""
