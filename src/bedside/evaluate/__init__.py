"""Evaluate: the makers against labels, and what was counted against what was planted."""

from bedside.evaluate.cards import card_text, model_card, score_text, study_text
from bedside.evaluate.run import Score, StudyScore, evaluate_set, evaluate_study, score_labelled
from bedside.evaluate.scores import CodeScore, LayerScore, score_codes
from bedside.evaluate.sets import SETS, Labelled, read_set
from bedside.evaluate.shares import compare_shares, score_pairs

__all__ = [
    "SETS",
    "CodeScore",
    "Labelled",
    "LayerScore",
    "Score",
    "StudyScore",
    "card_text",
    "compare_shares",
    "evaluate_set",
    "evaluate_study",
    "model_card",
    "read_set",
    "score_codes",
    "score_labelled",
    "score_pairs",
    "score_text",
    "study_text",
]
