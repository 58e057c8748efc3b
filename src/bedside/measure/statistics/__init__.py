"""Statistics of time and words: pure functions over plain numbers, each with the published values it reproduces."""
