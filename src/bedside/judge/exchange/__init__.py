"""Exchange with other tools: REFI-QDA, Label Studio, doccano, Taguette and plain tables, both ways."""
