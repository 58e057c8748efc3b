"""Scores of ranked lists."""

import csv
from pathlib import Path

import pytest

from bedside.errors import InputError
from bedside.evaluate.ranking import mean_ranked, score_ranking


def test_rankings_score_as_the_hand_formula(vectors: Path) -> None:
    with (vectors / "claim_matching_metrics.csv").open(encoding="utf-8") as file:
        *queries, mean = list(csv.DictReader(file))
    scores = []
    for row in queries:
        right = [sign == "1" for sign in row["rels_top5"]]
        scores.append(score_ranking(right, float(row["n_relevant"])))
        wanted = ("AP@5", "RR", "P@5", "R@5", "success@5", "nDCG@5")
        assert list(scores[-1]) == pytest.approx([float(row[name]) for name in wanted])
        for depth in (1, 3):
            found = score_ranking(right, float(row["n_relevant"]), depth=depth)
            assert found.precision == pytest.approx(float(row[f"P@{depth}"]))
    means = ("AP@5", "RR", "P@5", "R@5", "success@5", "nDCG@5")
    assert list(mean_ranked(scores)) == pytest.approx([float(mean[name]) for name in means])


def test_more_right_answers_than_there_are_and_no_rankings_are_refused() -> None:
    with pytest.raises(InputError, match="give all there are"):
        score_ranking([True, True], 1)
    with pytest.raises(InputError, match="no rankings"):
        mean_ranked([])
    assert score_ranking([False], 0).gain == 0
