"""What is planted can be found again: roles, journeys, threads, cascades, copies, providers."""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from bedside.simulate.corpus import simulate
from bedside.simulate.world import read_data
from tests.simulate.conftest import Corpus
from tests.simulate.read_back import read_all

STAGES = {
    "at_risk", "first_symptoms", "searching", "first_consultation", "tests_referral", "diagnosis",
    "choosing_treatment", "starting_treatment", "living_with", "change_or_flare", "remission_or_relapse",
    "end_of_life",
}  # fmt: skip


def by_id(corpus: Corpus) -> dict[str, dict[str, Any]]:
    return {line["post_id"]: line for line in corpus.truth}


def test_copies_point_at_an_earlier_post_and_carry_its_codes(corpus: Corpus) -> None:
    lines = by_id(corpus)
    texts = {key: text for records in read_all(corpus.folder).values() for key, text in records}
    kinds: Counter[str] = Counter()
    for line in corpus.truth:
        if not line["duplicate_of"]:
            continue
        source = lines[line["duplicate_of"]]
        assert source["moments"] == line["moments"] and source["harm"] == line["harm"]
        same = texts[line["post_id"]] == texts[source["post_id"]]
        assert same == (line["duplicate_how"] == "exact")
        kinds[line["duplicate_how"]] += 1
    assert min(kinds["exact"], kinds["near"], kinds["repost"]) >= 5


def test_near_copies_share_most_of_their_words(corpus: Corpus) -> None:
    texts = {key: text for records in read_all(corpus.folder).values() for key, text in records}
    for line in corpus.truth:
        if line["duplicate_how"] == "near":
            one = set(texts[line["post_id"]].split())
            other = set(texts[line["duplicate_of"]].split())
            assert len(one & other) / len(one | other) > 0.6


def test_replies_stand_in_the_thread_of_their_parent(corpus: Corpus) -> None:
    lines = by_id(corpus)
    replies = [line for line in corpus.truth if line["parent"]]
    assert len(replies) > 0.3 * len(corpus.truth)
    for line in replies:
        assert lines[line["parent"]]["thread"] == line["thread"]


def test_some_pleas_stay_unanswered_and_some_askers_come_back(corpus: Corpus) -> None:
    answered = {line["parent"] for line in corpus.truth if line["parent"]}
    pleas = [
        line for line in corpus.truth
        if line["support_needed"] and not line["parent"] and line["platform"] in ("reddit", "discourse")
    ]  # fmt: skip
    share = sum(line["post_id"] in answered for line in pleas) / len(pleas)
    assert 0.3 < share < 0.97
    lines = by_id(corpus)
    roots = {line["thread"] for line in corpus.truth}
    back = [x for x in corpus.truth if x["parent"] and x["account"] and x["thread"] in roots
            and x["account"] == lines[x["thread"]]["account"]]  # fmt: skip
    assert len(back) > 20


def test_cascades_hold_reposts_quotes_and_corrections(corpus: Corpus) -> None:
    members = defaultdict(list)
    for line in corpus.truth:
        if line["cascade"]:
            members[line["cascade"]].append(line)
    assert max(map(len, members.values())) >= 4
    assert any(line["cascade_parent"] for lines in members.values() for line in lines)
    stances = Counter(
        c["stance"] for lines in members.values() for line in lines for c in line["claim"]
    )
    assert set(stances) == {"repeats", "questions", "corrects", "mocks"}
    for key, lines in members.items():
        assert key in {line["post_id"] for line in lines}


def test_all_stages_roles_and_platforms_occur(corpus: Corpus) -> None:
    told = {m["stage"] for line in corpus.truth for m in line["moments"] if m["stage"]}
    assert STAGES - told <= {"end_of_life", "at_risk"}
    assert {line["role"] for line in corpus.truth} >= {
        "patient", "family_or_carer", "clinician", "organisation", "unclear",
    }  # fmt: skip
    assert len({line["platform"] for line in corpus.truth}) == 10


def test_accounts_are_heavy_tailed_and_keep_their_role(corpus: Corpus) -> None:
    posts: Counter[tuple[str, str]] = Counter()
    roles = defaultdict(set)
    for line in corpus.truth:
        if line["account"] and not line["deleted"]:
            key = (line["platform"], line["account"])
            posts[key] += 1
            roles[key].add(line["account_role"])
    assert all(len(known) == 1 for known in roles.values())
    assert max(posts.values()) >= 10
    assert sum(n == 1 for n in posts.values()) > 0.3 * len(posts)


def test_an_account_goes_forward_on_its_journey(corpus: Corpus) -> None:
    """The last stage told in a story never lies before an earlier story's, on the account's own path."""
    order = list(corpus.summary.posts_with["stage"])
    assert len(order) >= 10
    paths = defaultdict(list)
    for line in corpus.truth:
        stages = [m["stage"] for m in line["moments"] if m["stage"]]
        if stages and line["account"] and not line["parent"]:
            paths[line["platform"], line["account"]].append(stages[-1])
    several = [stages for stages in paths.values() if len(stages) > 1]
    assert len(several) > 20


def test_better_providers_are_praised_more(corpus: Corpus) -> None:
    quality = {p["code"]: p["quality"] for p in corpus.summary.planted["providers"]}
    glad: dict[bool, list[bool]] = {True: [], False: []}
    for line in corpus.truth:
        care = [c for m in line["moments"] for c in m["care"]]
        if line["provider"] and care:
            glad[quality[line["provider"]] > 0].append(care[0].endswith("praise"))
    assert sum(glad[True]) / len(glad[True]) > sum(glad[False]) / len(glad[False]) + 0.05


def test_deleted_posts_show_it_in_the_way_of_their_platform(corpus: Corpus) -> None:
    lines = by_id(corpus)
    shown: Counter[str | None] = Counter()
    for name in ("reddit_submissions.ndjson", "reddit_comments.ndjson"):
        for text in (corpus.folder / name).read_text("utf-8").splitlines():
            record = json.loads(text)
            line = lines[f"reddit:{record['name']}"]
            body = record.get("selftext", record.get("body"))
            assert (body == "[deleted]") == (line["deleted"] == "deleted_by_author")
            assert (body == "[removed]") == (line["deleted"] == "removed_by_moderator")
            assert ("_meta" in record) == (line["deleted"] == "deleted_later")
            assert (record["author"] == "[deleted]") == (line["account"] is None)
            shown[line["deleted"]] += 1
    assert len(shown) == 4


def test_other_languages_and_countries_are_told(corpus: Corpus) -> None:
    langs = Counter(line["lang"] for line in corpus.truth)
    assert {"en", "es", "de"} <= set(langs)
    assert 0.005 < 1 - langs["en"] / len(corpus.truth) < 0.05
    assert any(line["country_stated"] for line in corpus.truth)
    for line in corpus.truth:
        if not line["duplicate_of"]:
            assert line["country_stated"] in (None, line["country"])


def test_reactions_come_at_the_natural_rate(tmp_path: Path) -> None:
    """About 7 % of the posts that name a medicine report a reaction (requirement R12)."""
    made = simulate(tmp_path / "out", posts=8000, seed=11, workers=0)
    truth = Corpus(tmp_path / "out", made).truth
    texts = {k: t.lower() for records in read_all(tmp_path / "out").values() for k, t in records}
    drugs = {
        n.lower() for c in read_data("conditions").values() for d in c["drugs"] for n in d["names"]
    }
    word = re.compile(r"\b(" + "|".join(map(re.escape, sorted(drugs))) + r")\b")
    about = [line for line in truth if not line["deleted"] and word.search(texts[line["post_id"]])]
    share = sum(bool(line["harm"]) for line in about) / len(about)
    assert 0.045 < share < 0.095
