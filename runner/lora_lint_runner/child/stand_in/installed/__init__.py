"""Packages that are installed and ask for what is not here: words of a command line, settings, files of the hub.

Where one of them is not installed, its small version in `libraries` stands in for it.
"""
