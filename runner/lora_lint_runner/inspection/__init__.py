"""`--inspect` and `--rescue`: what a directory of saved files holds, and how to get the adapter back."""
