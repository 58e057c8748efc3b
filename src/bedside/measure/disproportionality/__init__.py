"""Reporting disproportionality within one corpus or table of cases; never called a signal (R11)."""
