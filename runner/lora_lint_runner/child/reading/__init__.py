"""What the script's text says before it runs: its models, the columns of its rows, the settings that it asks for."""
