"""Store: the study folder, its manifest, the engine seam, the vault, the coding database and erasure."""
