"""Chapters of the report, one file each; each gives markup, or nothing where there are no figures."""
