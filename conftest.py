"""Doctests of the rooms are collected where what they import is installed; Spark is an extra."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("pyspark") else ["src/bedside/store/spark/*"]
