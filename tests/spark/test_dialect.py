"""What is spelt otherwise in Spark, and nothing else."""

from datetime import UTC, datetime

from bedside.store.spark.dialect import SPARK_VIEWS, spoken, translated
from bedside.store.views import VIEWS


def test_parameters_the_text_type_and_unnest_are_spelt_sparks_way() -> None:
    assert (
        translated("SELECT unnest(a) FROM t WHERE x = $x_1")
        == "SELECT explode(a) FROM t WHERE x = :x_1"
    )
    assert translated("CAST(a AS VARCHAR)") == "CAST(a AS STRING)"
    assert translated("CAST(NULL AS VARCHAR(64))") == "CAST(NULL AS VARCHAR(64))"
    assert translated("SUM(hex_value(d))") == "SUM(CAST(conv(d, 16, 10) AS BIGINT))"


def test_what_stands_in_quotes_is_left_alone() -> None:
    sql = "SELECT '$x VARCHAR unnest(' AS a, 'it''s $y' AS b"
    assert translated(sql) == sql


def test_a_list_goes_as_one_text_whatever_is_in_it() -> None:
    sql, arguments = spoken(
        "array_contains($keys, k) AND n = $n", {"keys": ["a'b", 'c"', "ü"], "n": 3}
    )
    assert sql == "array_contains(from_json(:keys, 'ARRAY<STRING>'), k) AND n = :n"
    assert arguments == {"keys": '["a\'b", "c\\"", "ü"]', "n": 3}
    assert spoken("$m", {"m": [1, 2]}) == ("from_json(:m, 'ARRAY<BIGINT>')", {"m": "[1, 2]"})
    assert spoken("$m", {"m": []}) == ("from_json(:m, 'ARRAY<STRING>')", {"m": "[]"})


def test_a_parameter_whose_name_begins_another_is_not_mixed_up_with_it() -> None:
    sql, _ = spoken("$key = $keys", {"key": "a", "keys": ["b"]})
    assert sql == ":key = from_json(:keys, 'ARRAY<STRING>')"
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert spoken("$t", {"t": moment}) == (":t", {"t": moment})


def test_every_view_of_the_embedded_engine_is_one_of_spark() -> None:
    assert set(SPARK_VIEWS) == set(VIEWS)
    assert not any("unnest(" in sql or "$" in sql for sql in SPARK_VIEWS.values())
