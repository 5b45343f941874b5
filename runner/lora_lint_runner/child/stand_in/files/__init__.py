"""Files that a script looks for and that are elsewhere, on the hub, in the web, or nowhere."""
