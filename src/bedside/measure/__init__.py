"""Measure: marks and judgements in, figures out; one file per question of the mission."""
