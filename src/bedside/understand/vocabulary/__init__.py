"""Vocabularies: what people call symptoms, conditions, drugs and procedures. Origins: README.md here."""
