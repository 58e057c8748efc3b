"""Exchange: who talks to whom about what, what professionals do, and when an answer online is enough (F69-F71)."""
