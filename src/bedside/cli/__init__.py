"""Command line: one verb per room, and the same verbs as functions."""
