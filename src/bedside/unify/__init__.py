"""Unify: from what a source published to posts with keys, masked text, language, place, threads and duplicates."""
