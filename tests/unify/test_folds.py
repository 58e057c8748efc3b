"""Folds: the same post, copies, reposts; never two people who happen to say the same."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest

from bedside.store.stages import Ask
from bedside.unify.fingerprints import content_hash, jaccard, sketch_texts, tokens_of
from bedside.unify.folds import NEAR, find_folds
from tests.unify.records import DAY, Row, ask_over, collected, posts_table

STORY = (
    "I have had this ache in my left knee for about three weeks now and nobody at the walk-in centre can tell me "
    "what is going on with it, so I am asking here whether any of you had the same and what helped in the end"
)
EDITED = STORY.replace("about", "abt") + " Thanks for reading."
OTHER = (
    "My second infusion was on Tuesday and since then the rash on both arms has calmed down, the nurse on the "
    "day unit said to keep a diary and to ring them if the fever comes back before the next one is due"
)
AskAfter = Callable[..., Ask]


def how(table: pa.Table) -> list[str]:
    found: list[str] = table["how"].to_pylist()
    return found


def into(table: pa.Table) -> list[int]:
    """Place of the record that stands for each one."""
    keys = table["post_key"].to_pylist()
    kept = {key: number for number, key in enumerate(keys) if table["keep"][number].as_py()}
    return [kept.get(key, -1) for key in table["fold_key"].to_pylist()]


def test_exact_and_near_copies_fold_into_the_earliest(ask_after: AskAfter) -> None:
    folds = find_folds(
        ask_after(
            collected(1, body=EDITED, published_at=DAY + timedelta(days=2)),
            collected(2, body=OTHER, published_at=DAY),
            collected(3, body=STORY, published_at=DAY),
            collected(4, body=STORY.upper() + "!!", published_at=DAY + timedelta(days=1)),
            collected(5, body=STORY),
        )
    )
    assert how(folds) == ["near", "kept", "kept", "exact", "exact"]
    assert into(folds) == [2, 1, 2, 2, 2]
    assert NEAR <= folds["similarity"][0].as_py() < 1.0
    assert folds["similarity"].to_pylist()[1:] == [1.0] * 4


def test_short_texts_never_fold(ask_after: AskAfter) -> None:
    rows = [collected(n, body="Thank you all, you have been very kind") for n in range(3)]
    assert how(find_folds(ask_after(*rows))) == ["kept"] * 3


def test_equal_comments_of_a_survey_are_different_people(ask_after: AskAfter) -> None:
    rows = [
        collected(
            n, body=STORY, source="survey" if n < 2 else "forum", published_at=DAY + timedelta(n)
        )
        for n in range(4)
    ]
    folds = find_folds(ask_after(*rows), one_post_one_person=["survey"])
    assert how(folds) == ["kept", "kept", "kept", "exact"]


def test_the_last_reading_of_a_post_is_kept(ask_after: AskAfter) -> None:
    folds = find_folds(
        ask_after(
            collected(1, native_id="a", body="one"),
            collected(2, native_id="a", body="three", edited_at=DAY + timedelta(days=2)),
            collected(3, native_id="a", body="two", edited_at=DAY + timedelta(days=1)),
            collected(4, native_id="b", body="new", collected_at=DAY + timedelta(days=9)),
            collected(5, native_id="b", body="old"),
            collected(6, native_id="c", body="same"),
            collected(7, native_id="c", body="same"),
        )
    )
    assert folds["keep"].to_pylist() == [False, True, False, True, False, False, True]
    assert set(how(folds)) == {"kept", "same_post"}


def test_a_tombstone_outlives_every_reading_of_its_post(ask_after: AskAfter) -> None:
    folds = find_folds(
        ask_after(
            collected(1, native_id="a", text_state="tombstone", state="deleted_by_author"),
            collected(2, native_id="a", body="back again", collected_at=DAY + timedelta(days=1)),
            collected(3, native_id="b", text_state="metrics_only"),
            collected(4, native_id="c", body="kept"),
            collected(
                5, native_id="c", text_state="metrics_only", collected_at=DAY + timedelta(days=1)
            ),
        )
    )
    assert how(folds) == ["tombstone", "tombstone", "tombstone", "kept", "tombstone"]


def test_a_post_seen_alive_at_its_source_after_a_tombstone_stands_again(
    ask_after: AskAfter,
) -> None:
    dead: Row = {"text_state": "tombstone", "state": "account_gone"}
    day = [DAY + timedelta(days=n) for n in range(4)]
    folds = find_folds(
        ask_after(
            collected(1, native_id="a", **dead, state_observed_at=day[1]),
            collected(2, native_id="a", body="back with the account", state_observed_at=day[2]),
            collected(3, native_id="b", **dead, state_observed_at=day[2]),
            collected(4, native_id="b", body="seen before that", state_observed_at=day[1]),
            collected(5, native_id="c", **dead, state_observed_at=day[2]),
            collected(6, native_id="c", body="seen in the same round", state_observed_at=day[2]),
        )
    )
    assert folds["keep"].to_pylist() == [False, True, False, False, False, False]


def repost(number: int, of: str, **fields: Any) -> Row:
    return collected(number, relations=[{"rel": "repost", "target_id": f"forum:{of}"}], **fields)


def test_a_repost_without_words_folds_into_its_target(ask_after: AskAfter) -> None:
    folds = find_folds(
        ask_after(
            collected(1, native_id="a", body="short words"),
            repost(2, "a"),
            repost(3, "a", body="short words"),
            repost(4, "a", body="my own words"),
            repost(5, "nowhere"),
            repost(6, "n2"),
        )
    )
    assert how(folds) == ["kept", "repost", "repost", "kept", "kept", "repost"]
    assert into(folds) == [0, 0, 0, 3, 4, 0]


def test_a_repost_as_old_clients_write_it_folds_too(ask_after: AskAfter) -> None:
    folds = find_folds(
        ask_after(
            collected(1, native_id="a", body=STORY),
            collected(2, native_id="b", body="so tired"),
            repost(3, "a", body="RT @someone: " + STORY[:60] + "…"),
            repost(4, "b", body="RT @someone: so tired"),
            repost(5, "b", body="so"),
            repost(6, "b", body="so tired of you all"),
        )
    )
    assert how(folds) == ["kept", "kept", "repost", "repost", "kept", "kept"]


def test_a_short_statement_with_another_word_is_another_statement(ask_after: AskAfter) -> None:
    text = "Mine was normal too the first few times they looked, and it was {} after all"
    rows = [
        collected(n, body=text.format(what)) for n, what in enumerate(["lupus", "gout", "GOUT"])
    ]
    assert sorted(how(find_folds(ask_after(*rows)))) == ["exact", "kept", "kept"]


def test_a_short_copy_with_words_of_ones_own_is_a_post_of_its_own(ask_after: AskAfter) -> None:
    line = "Clinic says the waiting list for a scan is now over ninety weeks long"
    rows = [
        collected(1, body=line),
        collected(2, body=line + ". This makes me sick"),
        collected(3, body=line + " sigh"),
    ]
    assert how(find_folds(ask_after(*rows)))[1] == "kept"
    assert how(find_folds(ask_after(*rows))).count("near") == 1


def test_reposts_in_a_circle_keep_one_of_them(ask_after: AskAfter) -> None:
    folds = find_folds(ask_after(repost(1, "n2"), repost(2, "n1"), repost(3, "n3")))
    assert how(folds).count("repost") == 1
    assert sum(folds["keep"].to_pylist()) == 2


def test_a_repost_of_a_copy_ends_at_the_post_that_stands(ask_after: AskAfter) -> None:
    folds = find_folds(
        ask_after(
            collected(1, body=STORY, published_at=DAY), collected(2, body=STORY), repost(3, "n2")
        )
    )
    assert (how(folds), into(folds)) == (["kept", "exact", "repost"], [0, 0, 0])


def test_a_chain_of_small_edits_does_not_merge_its_ends(ask_after: AskAfter) -> None:
    words = STORY.split()
    draw = random.Random(3)  # noqa: S311
    rows = []
    for step in range(12):
        rows.append(collected(step, body=" ".join(words), published_at=DAY + timedelta(days=step)))
        words[(step * 3) % len(words)] = f"word{draw.randrange(10**6)}"
    folds = find_folds(ask_after(*rows))
    texts = [tokens_of(row["body"]) for row in rows]
    assert folds["keep"].to_pylist().count(True) > 1
    for number, stands in enumerate(into(folds)):
        assert jaccard(texts[number], texts[stands]) >= (1.0 if number == stands else NEAR)


def test_texts_that_share_only_a_template_stay_apart(ask_after: AskAfter) -> None:
    draw = random.Random(5)  # noqa: S311
    template = "Good morning everyone and thank you for reading, here is my story in short. "
    rows = [
        collected(n, body=template + " ".join(f"w{draw.randrange(9999)}" for _ in range(40)))
        for n in range(60)
    ]
    rows += [
        collected(100, body=rows[7]["body"] + " Thanks!"),
        collected(101, body=rows[30]["body"] + " Bye!"),
    ]
    folds = find_folds(ask_after(*rows))
    assert how(folds).count("near") == 2 and how(folds).count("kept") == 60
    assert into(folds)[-2:] in ([7, 30], [60, 61]) or {*into(folds)[-2:]} <= {7, 30, 60, 61}


def test_planted_copies_are_found_and_nothing_else() -> None:
    """Recall >= .98 and precision >= .98 on 1,500 planted copies with one to three small edits."""
    draw = random.Random(11)  # noqa: S311
    texts: list[list[str]] = []
    source: list[int] = []
    for _ in range(1500):
        words = [f"w{int(draw.paretovariate(0.6)) % 4000}" for _ in range(draw.randrange(25, 90))]
        edited = list(words)
        for _ in range(1 + len(words) // 40):
            edited[draw.randrange(len(words))] = f"x{draw.randrange(4000)}"
        source += [len(texts), len(texts)]
        texts += [words, edited]
    folds = find_folds(ask_over(as_posts(texts)))
    found = {number: stands for number, stands in enumerate(into(folds)) if stands != number}
    right = sum(source[number] == source[stands] for number, stands in found.items())
    alike = [jaccard(texts[n], texts[n + 1]) >= NEAR for n in range(0, len(texts), 2)]
    assert right / len(found) >= 0.98
    assert right / sum(alike) >= 0.98


def as_posts(texts: list[list[str]]) -> pa.Table:
    bands, sketches = sketch_texts(texts)
    return posts_table(
        [
            {
                "post_key": f"k{number:05d}",
                "body": " ".join(words),
                "content_hash": content_hash(words),
                "bands": bands[number].tolist(),
                "sketch": sketches[number].tolist(),
            }
            for number, words in enumerate(texts)
        ]
    )


def test_the_answer_does_not_depend_on_the_order_of_import(ask_after: AskAfter) -> None:
    rows = [
        collected(n, native_id=f"p{n}", body=body, published_at=DAY + timedelta(hours=n))
        for n, body in enumerate([STORY, EDITED, OTHER, STORY, OTHER + " Take care."])
    ]
    turned = [{**row, "record_no": 10 - number} for number, row in enumerate(rows)]
    first, second = find_folds(ask_after(*rows)), find_folds(ask_after(*turned))
    kept = [
        dict(zip(t["post_key"].to_pylist(), t["fold_key"].to_pylist(), strict=True))
        for t in (first, second)
    ]
    assert kept[0] == kept[1]


@pytest.mark.parametrize("rows", [[], [{"post_key": "a"}]])
def test_tiny_studies_fold_too(rows: list[Row]) -> None:
    assert find_folds(ask_over(posts_table(rows))).num_rows == len(rows)
