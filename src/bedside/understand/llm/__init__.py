"""A language model as one more maker: asked by the codebook, checked, cached, never required."""
