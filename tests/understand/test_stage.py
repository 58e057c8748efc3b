"""The kernel: marks and coverage, whatever comes in."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.errors import InputError
from bedside.model.marks import ASSERTIONS, COVERAGE_STATES, UNDERSTOOD
from bedside.store.stages import Stage
from bedside.understand.doc import Doc
from bedside.understand.marks import BUILT_IN, Proposal, load_makers, register_maker
from bedside.understand.stage import MOST_CHARACTERS, understand_batch, understand_stage
from tests.understand.conftest import batch_of

SETTINGS: dict[str, Any] = {"languages": ["en"]}
Batch = Callable[[list[dict[str, Any]]], pa.RecordBatch]


@dataclass
class Failing:
    """A maker that raises, with the text of the post in its message."""

    name: str = "failing"
    version: str = "1"
    layers: tuple[str, ...] = ("stage",)
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """Raise."""
        raise ValueError(doc.text)


FAILING = Failing()
NOT_A_MAKER = object()


def coverage(out: pa.RecordBatch, layer: str) -> list[str]:
    return [
        r["coverage"] for r in out.to_pylist() if r["row"] == "coverage" and r["layer"] == layer
    ]


def test_output_has_the_schema_and_post_order(batch: Batch) -> None:
    out = understand_batch(
        batch([{"body": "I have gout"}, {"body": "ok"}, {"body": "my knee hurts"}]), SETTINGS
    )
    assert out.schema == UNDERSTOOD
    keys = out.column("post_key").to_pylist()
    assert keys == sorted(keys)
    assert set(keys) == {"p0", "p1", "p2"}


def test_every_post_has_coverage_for_every_layer_of_every_maker(batch: Batch) -> None:
    out = understand_batch(batch([{"body": ""}, {"body": "hm"}]), SETTINGS).to_pylist()
    layers = [layer for maker in load_makers() for layer in maker.layers]
    assert sum(row["row"] == "coverage" for row in out) == 2 * len(layers)


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ({"body": "I have gout"}, "done"),
        ({"body": "same", "lang": None}, "done"),
        ({"body": "I have gout", "lang": "en-GB"}, "done"),
        ({"body": "mir ist schlecht", "lang": "de"}, "refused_language"),
        ({"body": "", "text_state": "tombstone"}, "refused_permission"),
        ({"body": "x" * (MOST_CHARACTERS + 1)}, "refused_length"),
    ],
)
def test_what_is_not_read_says_why(batch: Batch, row: dict[str, Any], state: str) -> None:
    out = understand_batch(batch([row]), SETTINGS)
    assert set(coverage(out, "stage")) == {state}
    if state != "done":
        assert "mark" not in out.column("row").to_pylist()


def test_a_maker_that_raises_fails_alone_and_never_tells_the_text(
    batch: Batch, caplog: pytest.LogCaptureFixture
) -> None:
    names = ["voice", f"{__name__}:FAILING"]
    with caplog.at_level(logging.WARNING):
        out = understand_batch(batch([{"body": "I have gout"}]), {**SETTINGS, "makers": names})
    assert coverage(out, "stage") == ["failed"]
    assert coverage(out, "role") == ["done"]
    assert "1 of 1" in caplog.text
    assert "gout" not in caplog.text


@pytest.mark.parametrize("maker", ["voise", f"{__name__}:NOT_A_MAKER", "no.such.module:X"])
def test_what_is_no_maker_is_refused(maker: str) -> None:
    with pytest.raises(InputError):
        understand_stage({**SETTINGS, "makers": [maker]})


def test_a_name_is_registered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bedside.understand.marks.BUILT_IN", dict(BUILT_IN))
    register_maker("mine", f"{__name__}:FAILING")
    with pytest.raises(InputError, match="another name"):
        register_maker("mine", "elsewhere:MAKER")


def test_an_unknown_setting_is_refused_with_a_suggestion() -> None:
    with pytest.raises(InputError, match="languages"):
        understand_stage({"language": ["en"]})


def test_a_missing_column_is_named(batch: Batch) -> None:
    with pytest.raises(InputError, match="'body'"):
        understand_batch(batch([{"body": "x"}]).select(["post_key", "text_key"]), SETTINGS)


def test_the_stage_names_its_kernel_and_maker_versions() -> None:
    stage = understand_stage({**SETTINGS, "makers": ["voice"]})
    assert isinstance(stage, Stage)
    assert stage.kernel == "bedside.understand.stage:understand_batch"
    assert stage.settings["maker_versions"] == {"voice": "4"}


def test_code_hashes_come_from_the_settings(batch: Batch) -> None:
    codes = {"feel": {"joy": "hash-of-joy"}}
    out = understand_batch(
        batch([{"body": "I am so happy and so sad"}]), {**SETTINGS, "codes": codes}
    )
    hashes = {
        r["code"]: r["code_hash"]
        for r in out.to_pylist()
        if r["layer"] == "feel" and r["row"] == "mark"
    }
    assert hashes == {"joy": "hash-of-joy", "sadness": None}


def test_a_studys_own_words_are_found(batch: Batch) -> None:
    own = {**SETTINGS, "conditions": ["Blorbitis"], "products": ["Zumvex"]}
    out = understand_batch(batch([{"body": "Zumvex for my blorbitis"}]), own).to_pylist()
    assert {
        (r["code"], r["concept"]) for r in out if r["layer"] == "mention" and r["row"] == "mark"
    } == {
        ("condition", "blorbitis"),
        ("drug", "zumvex"),
    }


def test_an_empty_batch_gives_an_empty_batch(batch: Batch) -> None:
    out = understand_batch(batch([{"body": "x"}]).slice(0, 0), SETTINGS)
    assert (out.num_rows, out.schema) == (0, UNDERSTOOD)


def test_a_post_reads_alike_alone_and_in_company(batch: Batch) -> None:
    body = "My GP referred me for a scan. I'm scared."
    alone = understand_batch(batch([{"body": body}]), SETTINGS).to_pylist()
    crowd = understand_batch(
        batch([{"body": body}, *({"body": f"noise {n} pain"} for n in range(40))]), SETTINGS
    )
    assert [r for r in crowd.to_pylist() if r["post_key"] == "p0"] == alone


def test_titles_and_segments_are_read_and_named(batch: Batch) -> None:
    row = {
        "title": "Gout",
        "body": "help",
        "segments": [{"origin": "subtitle", "text": "I have asthma"}],
    }
    out = understand_batch(batch([row]), SETTINGS).to_pylist()
    parts = {
        r["concept"]: r["spans"][0]["part"]
        for r in out
        if r["layer"] == "mention" and r["row"] == "mark"
    }
    assert parts == {"gout": "title", "asthma": "segment:0"}


WORDS = st.sampled_from(
    [
        "I",
        "my",
        "pain",
        "is",
        "3",
        "/",
        "10",
        "diagnosed",
        "with",
        "lupus",
        "after",
        "4",
        "years",
        "not",
        "if",
        "?",
        ".",
        "!",
        "…",
        "GP",
        "told",
        "me",
        "\n",
        "▇▇",
        "😢",
        "İ",
        "2019",
        "until",
        "31",
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(st.lists(WORDS, max_size=30).map(" ".join), st.text(max_size=60)), max_size=4
    )
)
def test_any_text_is_read_and_spans_lie_within_it(bodies: list[str]) -> None:
    out = understand_batch(batch_of([{"body": body} for body in bodies]), SETTINGS).to_pylist()
    assert "failed" not in {row["coverage"] for row in out}
    for row in out:
        if row["row"] == "mark":
            body = bodies[int(row["post_key"][1:])]
            assert row["assertion"] in ASSERTIONS
            assert all(0 <= s["start"] < s["end"] <= len(body) for s in row["spans"])
        else:
            assert row["coverage"] in COVERAGE_STATES
