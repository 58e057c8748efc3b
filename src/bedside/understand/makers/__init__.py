"""Built-in makers, one file a question: who speaks, when on the journey, what was said of care."""
