"""The cluster engine: Apache Spark behind the same seam as DuckDB; loaded only where a study asks for it."""
