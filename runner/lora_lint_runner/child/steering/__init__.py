"""The user's code, in which loops and some tests ask what to do: until when they run, and how they are answered."""
