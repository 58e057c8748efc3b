"""Journey: what people think, feel and do at every stage, where they look, and how long it took (F61-F63)."""
