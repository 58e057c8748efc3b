"""Misinformation: how claims spread, who corrects them, what follows, and what nobody answers (F72-F74)."""
