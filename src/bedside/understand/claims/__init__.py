"""Claims: a knowledge base of checked statements, matched in posts with the writer's stance (F36)."""
