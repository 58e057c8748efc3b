"""Estimates: what a judged sample says of all posts, with an interval that holds.

Pure statistics over arrays; nothing here knows of a study. `judged.judged_share` is the house's own
estimator, used wherever a figure can rest on judgements; the other files are its parts and its published
relatives, so that each can be tried against the literature.
"""
