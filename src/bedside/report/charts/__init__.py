"""Charts: measured numbers in, SVG or HTML out; pure functions, colours only from the sheet."""
