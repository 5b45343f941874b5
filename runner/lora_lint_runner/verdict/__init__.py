"""What runs left behind, held against what was predicted, save site by save site, and the verdict on the script."""
