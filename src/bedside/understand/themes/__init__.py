"""Themes discovered: what posts are about, found without a codebook, named, stable, and led by the analyst (F39)."""
