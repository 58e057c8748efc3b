"""Spark behind the engine seam; skipped with a reason where PySpark or Java cannot be had."""
