"""One file per platform format: posts in, the bytes that the platform's own file would hold out."""
