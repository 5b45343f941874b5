"""What is really on disk: judged by the content of the files, never by their being there."""
