"""Breakdowns of claims that would take their claim's own figures with them into hiding."""

from bedside.measure.misinformation.all import whole_parts
from bedside.model.figures import Evidence, Figure


def figure(measure: str, hits: int, **keys: str) -> Figure:
    return Figure(
        id=f"{measure}{sorted(keys.items())}", measure=f"misinformation.{measure}", keys=keys, unit="accounts",
        estimate=0.1, hits_accounts=hits, hits_posts=hits, evidence=Evidence(posts_sql="SELECT 1"),
    )  # fmt: skip


def test_a_breakdown_with_one_small_part_is_left_out_whole() -> None:
    kept = [
        figure("stances", 40, claim="any", stance="repeats"),
        figure("stances", 40, claim="a", stance="repeats"),
        figure("platforms", 20, claim="b", platform="x"),
        figure("platforms", 0, claim="b", platform="y"),
    ]
    sparse = [
        figure("platforms", 33, claim="a", platform="x"),
        figure("platforms", 7, claim="a", platform="y"),
    ]
    assert whole_parts([*kept, *sparse]) == kept


def test_a_stance_that_hardly_anybody_takes_is_told_of_all_claims_together_alone() -> None:
    rare = figure("stances", 5, claim="any", stance="mocks")
    assert whole_parts([rare, figure("stances", 2, claim="a", stance="mocks")]) == [rare]
