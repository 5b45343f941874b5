"""What scripts of older releases ask for: names, arguments, modules and layers that the installed release lacks."""
