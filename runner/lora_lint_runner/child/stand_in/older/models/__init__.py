"""Models as older releases gave and took them: their layers, what they answer, how they generate."""
