"""Graphs over whole numbers: who is tied to whom, as numpy arrays and scipy.sparse; nothing here knows a post."""
