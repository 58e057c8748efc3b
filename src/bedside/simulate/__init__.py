"""Corpora with planted truth: seed in, every platform's own files and the truth about each post out."""
