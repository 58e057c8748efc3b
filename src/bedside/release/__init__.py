"""Release: the only door out: small counts, quotes, the ledger, and the check of what left."""
