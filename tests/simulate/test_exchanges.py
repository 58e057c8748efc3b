"""Exchanges with professionals are planted in the truth, and found again in it and in the texts."""

from pathlib import Path
from typing import Any

import pytest

from bedside.measure.exchange.dialogues import Dialogue, assemble_dialogues, outcome_of
from bedside.simulate.corpus import simulate
from bedside.simulate.rates import Rates
from bedside.simulate.replies import says
from bedside.understand.doc import Post, make_docs
from bedside.understand.lexicon import load_scanner
from bedside.understand.makers.acknowledging import ACKNOWLEDGEMENT
from tests.simulate.conftest import Corpus
from tests.simulate.read_back import read_all

RATES = Rates(professional=0.5, returns=0.9, claim=0.0, deleted=0.0, anonymous=0.0)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("talk") / "out"
    summary = simulate(folder, posts=5000, seed=11, formats=("reddit",), rates=RATES, workers=0)
    return Corpus(folder, summary)


def exchanges(truth: list[dict[str, Any]]) -> list[tuple[Dialogue, set[str]]]:
    """Exchanges as the truth has them, each with the acts of its answers."""
    lines = {line["post_id"]: line for line in truth}
    depth: dict[str, int] = {}
    for line in truth:
        above, steps = line["parent"], 0
        while above is not None:
            above, steps = lines[above]["parent"], steps + 1
        depth[line["post_id"]] = steps
    rows = [
        {
            "post_key": line["post_id"],
            "account_key": line["account"],
            "parent_key": line["parent"],
            "depth": depth[line["post_id"]],
            "role": line["account_role"],
            "minute": None,
            "asks": bool(line["support_needed"]),
            "refers": "referral" in line["professional_act"],
            "asks_back": "asks_back" in line["professional_act"],
            "settled": "settled" in line["acknowledgement"],
            "not_settled": "not_settled" in line["acknowledgement"],
        }
        for line in truth
    ]
    rows.sort(key=lambda r: (r["depth"], r["role"] != "clinician", r["post_key"]))
    return [
        (d, {act for row in d.answers for act in lines[row["post_key"]]["professional_act"]})
        for d in assemble_dialogues(rows)
    ]


def test_an_answer_that_reassures_settles_more_than_one_that_does_not(talk: Corpus) -> None:
    """Planted: .5 of the returns after reassurance or advice on a medicine, .15 after other acts, none after a referral."""
    told = {"calm": [0, 0], "other": [0, 0]}
    for dialogue, acts in exchanges(talk.truth):
        if dialogue.further and "referral" not in acts:
            kind = "calm" if acts & {"reassurance", "medication_advice"} else "other"
            told[kind][0] += outcome_of(dialogue) == "settled"
            told[kind][1] += 1
    planted = says()
    calm, other = (hits / of for hits, of in told.values())
    assert told["calm"][1] > 50 and told["other"][1] > 25
    assert abs(calm - planted["reassurance"]["settled"]) < 0.2
    assert abs(other - planted["other"]["settled"]) < 0.2


def test_whoever_was_sent_is_not_settled(talk: Corpus) -> None:
    for dialogue, acts in exchanges(talk.truth):
        if "referral" in acts:
            assert outcome_of(dialogue) == "sent"


def test_what_askers_say_is_read_in_their_words(talk: Corpus) -> None:
    """The maker shares no wording of more than two words with the simulator (tests/test_apart.py)."""
    texts = {key: text for records in read_all(talk.folder).values() for key, text in records}
    lines = [line for line in talk.truth if line["acknowledgement"] and line["post_id"] in texts]
    posts = [
        Post((("body", texts[line["post_id"]]),), kind="comment", is_reply=True) for line in lines
    ]
    right = said = wanted = 0
    for line, doc in zip(lines, make_docs(posts, load_scanner()), strict=True):
        found = {mark.code for mark in ACKNOWLEDGEMENT.propose(doc)} & {"settled"}
        truth = set(line["acknowledgement"]) & {"settled"}
        right, said, wanted = right + len(found & truth), said + len(found), wanted + len(truth)
    assert wanted > 40
    assert right / said > 0.9
    assert right / wanted > 0.6


def test_the_summary_says_what_was_planted(talk: Corpus) -> None:
    planted = talk.summary.planted["exchange"]
    assert planted["asker_returns"] == RATES.returns
    assert all(abs(sum(shares.values()) - 1) < 1e-9 for shares in planted["says"].values())


def test_the_truth_stands_in_a_file(talk: Corpus) -> None:
    assert (Path(talk.folder) / "TRUTH.jsonl").exists()
    assert {code for line in talk.truth for code in line["acknowledgement"]} == {
        "settled",
        "not_settled",
        "helped",
        "will_see",
    }
