"""Check: what no longer holds after an erasure is named, figure by figure."""

from collections.abc import Mapping
from typing import Any

import duckdb
import msgspec
import pyarrow as pa
import pytest

from bedside.model.figures import Evidence, Figure, Quote
from bedside.model.sources import Source
from bedside.release.check import check_release
from bedside.release.door import release
from bedside.release.gatelog import GateLog
from bedside.release.haystack import Haystack
from bedside.release.ledger import Ledger
from bedside.release.quotes import allowed_verbatims, approve, gate_paraphrase
from bedside.release.records import Release
from bedside.release.wordings import shared_wordings
from bedside.release.words import TextRow
from bedside.store.config import Crisis, Privacy
from bedside.store.stages import Aggregate, Ask
from tests.release.conftest import NOW

ALL = "SELECT DISTINCT post_key FROM corpus ORDER BY post_key"
FIRST = "SELECT DISTINCT post_key FROM corpus WHERE number < $k_number ORDER BY post_key"
CORPUS = [
    TextRow(
        f"p{n:02}", f"a{n}", "forum", f"Letter {n} went astray. The nurse lost my blood results."
    )
    for n in range(30)
]


def ask_over(texts: list[TextRow]) -> Ask:
    connection = duckdb.connect()
    numbers = [int(row.post_key[1:]) for row in texts]
    table = {
        "post_key": [row.post_key for row in texts],
        "account_key": [row.account_key for row in texts],
        "number": numbers,
    }
    connection.register("corpus", pa.table(table))

    def ask(aggregate: Aggregate, params: Mapping[str, Any]) -> pa.Table:
        return connection.sql(aggregate.sql, params=dict(params) or None).to_arrow_table()

    return ask


def share(number: int) -> Figure:
    """Share of the first posts among all thirty."""
    return Figure(
        id=f"ev-{number}",
        measure="x",
        keys={"number": str(number)},
        unit="accounts",
        estimate=number / 30,
        hits_accounts=number,
        hits_posts=number,
        of_accounts=30,
        of_posts=30,
        evidence=Evidence(posts_sql=FIRST, of_sql=ALL, params={"k_number": number}, snapshot="s"),
    )


@pytest.fixture
def made(ledger: Ledger, gate: GateLog, register: dict[str, Source]) -> Release:
    """A release of two shares, a verbatim, a wording and a paraphrase."""
    quotes = allowed_verbatims(CORPUS[:1], register=register, seed=b"s", log=gate, at=NOW)
    wordings = shared_wordings(CORPUS)
    gate.log_wordings(wordings, at=NOW)
    result = gate_paraphrase("samples mislaid", Haystack(CORPUS), sources=["p20"])
    people = {"author": "ann", "approver": "ben"}
    said = approve(result, sources=["p20"], log=gate, at=NOW, **people)
    return release(
        [share(12), share(3)],
        [*quotes, *wordings, said],
        policy=Privacy(),
        ledger=ledger,
        gate=gate,
        register=register,
        sources=["forum"],
        crisis=Crisis(who="ann", within_hours=2),
        snapshot="s",
        at=NOW,
    )


def found(
    made: Release, gate: GateLog, register: dict[str, Source], texts: list[TextRow], **more: Any
) -> set[tuple[str, str]]:
    findings = check_release(ask_over(texts), made, texts, gate=gate, register=register, **more)
    return {(finding.about, finding.what) for finding in findings}


def test_nothing_is_found_while_everything_holds(
    made: Release, gate: GateLog, register: dict[str, Source]
) -> None:
    assert [quote.kind for quote in made.quotes] == ["verbatim", "wording", "paraphrase"]
    assert [figure.suppressed for figure in made.figures] == [False, True]
    assert found(made, gate, register, CORPUS) == set()


def test_an_erased_post_is_missed_by_its_figures_and_its_quote(
    made: Release, gate: GateLog, register: dict[str, Source]
) -> None:
    assert found(made, gate, register, CORPUS[1:]) == {
        ("ev-12", "accounts"),
        ("ev-12", "posts"),
        ("ev-12", "of accounts"),
        ("ev-12", "of posts"),
        ("quote 1", "verbatim"),
        ("quote 2", "wording"),
    }


def test_a_finding_says_what_was_released_and_what_is_there_now(
    made: Release, gate: GateLog, register: dict[str, Source]
) -> None:
    texts = CORPUS[1:]
    findings = check_release(ask_over(texts), made, texts, gate=gate, register=register)
    (one,) = [f for f in findings if f.what == "accounts"]
    assert (one.released, one.now) == (12, 11)


def test_a_withdrawn_permission_is_found(
    made: Release, gate: GateLog, register: dict[str, Source]
) -> None:
    register["forum"] = msgspec.structs.replace(register["forum"], quotes="none")
    assert ("quote 1", "verbatim") in found(made, gate, register, CORPUS)


def test_a_post_that_turned_out_to_be_a_crisis_is_found(
    made: Release, gate: GateLog, register: dict[str, Source]
) -> None:
    assert found(made, gate, register, CORPUS, crisis=["p00", "p20"]) == {
        ("quote 1", "verbatim"),
        ("quote 3", "paraphrase"),
    }


def test_an_edited_post_no_longer_stands_behind_its_quote(
    made: Release, gate: GateLog, register: dict[str, Source]
) -> None:
    texts = [
        CORPUS[0]._replace(text="Something else. The nurse lost my blood results."),
        *CORPUS[1:],
    ]
    assert found(made, gate, register, texts) == {("quote 1", "verbatim")}


def test_a_quote_that_was_smuggled_in_is_found(
    made: Release, gate: GateLog, register: dict[str, Source]
) -> None:
    smuggled = Quote(kind="paraphrase", text="never seen by the gate", about="x")
    forged = msgspec.structs.replace(made, quotes=(smuggled,))
    assert found(forged, gate, register, CORPUS) == {("quote 1", "paraphrase")}


def test_a_forged_number_is_found(
    made: Release, gate: GateLog, register: dict[str, Source]
) -> None:
    wrong = msgspec.structs.replace(made.figures[0], hits_accounts=13)
    forged = msgspec.structs.replace(made, figures=(wrong, *made.figures[1:]), quotes=())
    assert found(forged, gate, register, CORPUS) == {("ev-12", "accounts")}


def test_rounded_counts_are_checked_as_they_were_shown(
    made: Release, gate: GateLog, register: dict[str, Source]
) -> None:
    ten = msgspec.structs.replace(made.figures[0], hits_accounts=10, hits_posts=10)
    rounded = msgspec.structs.replace(made, figures=(ten,), quotes=(), round_to=5)
    assert found(rounded, gate, register, CORPUS) == set()
