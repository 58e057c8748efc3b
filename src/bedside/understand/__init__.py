"""Understand: posts in, marks out. Makers propose; every proposal carries the words that say so."""
