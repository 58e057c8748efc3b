"""Trends: what changes over time, and what is new (F77)."""
