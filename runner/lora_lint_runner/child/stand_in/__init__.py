"""What takes the place of the things a laptop lacks: the model's weights, the data, the GPU, some packages."""
