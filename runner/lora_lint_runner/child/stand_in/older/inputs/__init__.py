"""What models of older releases were fed: their tokenizers and processors, their columns and batches."""
