"""ICSR: the ICH E2B(R3) message of a case, written, read back and checked; acknowledgements; MedDRA of the user's own."""
