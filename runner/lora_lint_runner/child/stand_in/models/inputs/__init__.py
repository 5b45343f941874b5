"""What goes into a model that is made: its tokenizer and processor, its batches."""
