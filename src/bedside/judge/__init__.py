"""Judge: samples drawn with known probability, and the append-only log of what people decided."""
