"""What a script says of the files that it reads: their names, their forms, and which rows come of which."""
