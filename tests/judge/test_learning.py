"""Learning from judgements: no mark comes from a classifier that saw its writer; scores are of posts not learnt from."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from bedside.errors import FormatError, InputError, NotFoundError
from bedside.evaluate.learnt import CHOSEN, RANDOM, card_text, score_learnt
from bedside.judge.curves import learning_curve, saturation
from bedside.judge.decisions import open_log
from bedside.judge.learning import Learnt, learn, learnable
from bedside.judge.lessons import Lessons, codes_in_order, gather_lessons, judged_layers
from bedside.judge.rows import Stamp, coding_rows
from bedside.judge.samples import read_items
from bedside.judge.sampling import draw_sample
from bedside.judge.uncertain import code_probabilities
from bedside.judge.unlearning import drop_learnt, unlearn_gone
from bedside.understand.doc import Post, make_docs
from bedside.understand.learnt.folds import FOLDS, fold_of
from bedside.understand.learnt.study import (
    count_posts,
    current_versions,
    learnt_texts,
    read_study,
    study_makers,
    write_study,
)
from bedside.understand.lexicon import load_scanner
from bedside.understand.stage import understand_batch, understand_stage
from tests.judge.conftest import NOW, SNAPSHOT_NOW, World, covered, post

LAYER = "feel"
WORDS = {
    "relief": (
        "such a weight off my shoulders",
        "finally I can breathe again",
        "so relieved to hear it",
    ),
    "hope": (
        "maybe next year will be kinder",
        "fingers crossed for the new clinic",
        "I am hopeful about it",
    ),
}
PLAIN = (
    "the waiting room had blue chairs",
    "we took the bus at nine",
    "does anybody know the dose",
)
POSTS = 400


def codes_of(number: int) -> list[str]:
    return [code for place, code in enumerate(WORDS) if number % 5 == place]


def body_of(number: int) -> str:
    said = [WORDS[code][number % 3] for code in codes_of(number)]
    return ". ".join([PLAIN[number % 3], *said, f"that was on day {number % 7} of the month"])


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "study")
    with made.engine:
        made.holds(
            [post(n, body=body_of(n), lang="en") for n in range(POSTS)],
            [covered(n, LAYER) for n in range(POSTS)],
        )
        yield made


def judge(world: World, size: int = 300, *, shown: bool = False, name: str = "round-1") -> None:
    sample = draw_sample(
        world.study, world.ask, world.book, SNAPSHOT_NOW, name=name, size=size, now=NOW, layers=[LAYER], seed="2a"
    )  # fmt: skip
    rows: list[dict[str, Any]] = []
    for item in read_items(world.study, sample).to_pylist():
        stamp = Stamp(
            subject_key=item["subject_key"], text_key=item["text_key"], coder="ann", decided_at=NOW + timedelta(hours=1),
            sample_id=name, probability=item["probability"], proposal_shown=shown,
        )  # fmt: skip
        rows += coding_rows(world.book.layer(LAYER), stamp, codes_of(int(item["subject_key"], 16)))
    with open_log(world.study) as log:
        log.record(rows)


@pytest.fixture
def lessons(world: World) -> Lessons:
    judge(world)
    return gather_lessons(world.study, world.ask, world.book, LAYER)


@pytest.fixture
def learnt(lessons: Lessons) -> Learnt:
    return learn(lessons)


def test_lessons_are_judged_posts_with_every_code_decided(world: World, lessons: Lessons) -> None:
    assert judged_layers(world.study) == [LAYER]
    assert 250 < len(lessons) < 350 and lessons.drawn.all()
    relief = lessons.labels[:, lessons.codes.index("relief")]
    assert relief.tolist() == [int(key, 16) % 5 == 0 for key in lessons.keys]
    assert lessons.voices[0].startswith("a") and lessons.platforms[0] in (
        "reddit",
        "bluesky",
        "blog",
    )


def test_decisions_with_a_proposal_in_view_teach_and_are_not_called_random(world: World) -> None:
    judge(world, shown=True)
    found = gather_lessons(world.study, world.ask, world.book, LAYER)
    assert len(found) > 250 and not found.drawn.any()


def test_no_post_is_marked_by_a_classifier_that_learnt_from_its_account(
    lessons: Lessons, learnt: Learnt
) -> None:
    """Turning round every label of a fold's accounts changes nothing in what is said of them."""
    folds = np.array([fold_of(voice) for voice in lessons.voices])
    labels = lessons.labels.copy()
    own = folds == 0
    labels[own] = ~labels[own]
    again = learn(replace(lessons, labels=labels))
    place = [learnt.codes.index(code) for code in ("relief", "hope")]
    other = [again.codes.index(code) for code in ("relief", "hope")]
    assert np.array_equal(learnt.probability[own][:, place], again.probability[own][:, other])
    assert not np.array_equal(learnt.probability[~own][:, place], again.probability[~own][:, other])


def test_codes_with_few_judged_posts_are_not_learnt(lessons: Lessons, learnt: Learnt) -> None:
    assert set(learnt.codes) == {"relief", "hope"}
    assert learnt.few["shame"] == 0 and set(learnt.few) == set(lessons.codes) - set(learnt.codes)
    assert learnable(replace(lessons, labels=np.zeros_like(lessons.labels)))[0] == ()


def test_too_little_is_refused_with_what_to_do(world: World, lessons: Lessons) -> None:
    few = replace(
        lessons,
        labels=lessons.labels[:20],
        voices=lessons.voices[:20],
        keys=lessons.keys[:20],
        parts=lessons.parts[:20],
    )
    with pytest.raises(InputError, match="at least 60"):
        learn(few)
    with pytest.raises(InputError, match="no code of feel"):
        learn(replace(lessons, labels=np.zeros_like(lessons.labels)))
    with pytest.raises(InputError, match="too few to learn from"):
        learning_curve(few)
    with pytest.raises(NotFoundError):
        gather_lessons(world.study, world.ask, world.book, "moods")


def test_the_card_scores_what_was_never_learnt_from(world: World, learnt: Learnt) -> None:
    hashes = world.book.hashes()[LAYER]
    before = {"relief": set(learnt.rows.keys[:30])}
    card = score_learnt(
        learnt, before=before, made_on="2026-03-01", codebook="c", code_hashes=hashes
    )
    assert card.scored_on == RANDOM and card.scored == len(learnt.rows)
    relief = next(score for score in card.codes if score.code == "relief")
    assert relief.f1.value is not None and relief.f1.value > 0.9
    assert relief.f1.low is not None and relief.f1.low <= relief.f1.value
    assert relief.precision.value is not None and relief.recall.value is not None
    assert relief.before is not None and relief.before < 0.5
    assert set(relief.platforms) == {"reddit", "bluesky", "blog"}
    assert sum(int(p["support"] or 0) for p in relief.platforms.values()) == relief.support
    text = card_text(card)
    assert "relief" in text and "not learnt" in text and "never" not in text.split("\n")[1]


def test_a_card_of_chosen_posts_says_that_they_were_chosen(world: World) -> None:
    judge(world, shown=True)
    learnt = learn(gather_lessons(world.study, world.ask, world.book, LAYER))
    hashes = world.book.hashes()[LAYER]
    card = score_learnt(learnt, before={}, made_on="2026-03-01", codebook="c", code_hashes=hashes)
    assert card.scored_on == CHOSEN and any(
        "chosen to learn from" in caveat for caveat in card.caveats
    )
    assert all(score.before is None for score in card.codes)


def save(world: World, learnt: Learnt) -> Path:
    folder = world.study.folder / "learnt" / LAYER
    hashes = world.book.hashes()[LAYER]
    card = score_learnt(learnt, before={}, made_on="2026-03-01", codebook="c", code_hashes=hashes)
    told = msgspec.to_builtins(card) | {"serves": card.serving}
    write_study(folder, learnt.maker, told, learnt.rows.text_keys)
    return folder


def test_what_was_learnt_marks_posts_through_the_stage_out_of_fold(
    world: World, learnt: Learnt
) -> None:
    folder = save(world, learnt)
    version = f"{learnt.maker.version}/relief/hope"
    assert current_versions(folder.parent, world.book.hashes()) == ({LAYER: version}, {})
    settings = {"languages": ["en"], "codes": {}, "makers": [], "learnt": {LAYER: version}}
    stage = understand_stage(settings)
    assert stage.files == {"learnt/feel": "learnt/feel"} and "files" not in stage.settings
    table = (
        world.engine.connection.cursor()
        .sql("SELECT * FROM posts ORDER BY record_no")
        .to_arrow_table()
    )
    batch = table.combine_chunks().to_batches()[0]
    made = understand_batch(
        batch, dict(stage.settings) | {"files": {"learnt/feel": str(folder)}}
    ).to_pylist()
    marks = {(r["post_key"], r["code"]): r["score"] for r in made if r["row"] == "mark"}
    assert {r["maker"] for r in made} == {"learnt-feel"}
    assert sum(r["row"] == "coverage" for r in made) == POSTS
    for key, row, probability in zip(
        learnt.rows.keys, learnt.proposed, learnt.probability, strict=True
    ):
        for code, is_proposed, p in zip(learnt.codes, row, probability, strict=True):
            assert ((key, code) in marks) == bool(is_proposed)
            if is_proposed:
                assert marks[key, code] == pytest.approx(p, abs=1e-3)  # weights are kept in 16 bits


def test_a_code_is_proposed_only_where_that_makes_the_whole_better(
    world: World, learnt: Learnt
) -> None:
    hashes = world.book.hashes()[LAYER]
    place = learnt.rows.codes.index("relief")
    right = {
        key for key, has in zip(learnt.rows.keys, learnt.rows.labels[:, place], strict=True) if has
    }
    options: dict[str, Any] = {"made_on": "2026-03-01", "codebook": "c", "code_hashes": hashes}
    card = score_learnt(learnt, before={"relief": right}, **options)
    relief, hope = (next(s for s in card.codes if s.code == code) for code in ("relief", "hope"))
    assert relief.before == 1 and not relief.serves and hope.serves
    assert "not used" in card_text(card)
    told = msgspec.to_builtins(card) | {"serves": card.serving}
    write_study(world.study.folder / "learnt" / LAYER, learnt.maker, told, learnt.rows.text_keys)
    maker = read_study(world.study.folder / "learnt" / LAYER)
    docs = make_docs(
        [Post((("body", body_of(n)),), voice=f"v{n}") for n in range(10)], load_scanner((), ())
    )
    assert {p.code for doc in docs for p in maker.propose(doc)} == {"hope"}


def test_files_of_two_makings_or_damaged_are_refused(world: World, learnt: Learnt) -> None:
    folder = save(world, learnt)
    card = msgspec.json.decode((folder / "card.json").read_bytes())
    (folder / "card.json").write_bytes(msgspec.json.encode(card | {"version": "other"}))
    with pytest.raises(FormatError, match="two makings"):
        read_study(folder)
    (folder / "card.json").write_bytes(b"{")
    with pytest.raises(FormatError, match="damaged"):
        read_study(folder)
    with pytest.raises(FormatError, match="damaged"):
        current_versions(folder.parent, world.book.hashes())


def test_a_definition_that_changed_puts_its_classifiers_aside(world: World, learnt: Learnt) -> None:
    folder = save(world, learnt)
    hashes = {LAYER: world.book.hashes()[LAYER] | {"relief": "another"}}
    serving, outdated = current_versions(folder.parent, hashes)
    assert serving == {} and outdated == {LAYER: "relief changed meaning since"}
    assert study_makers({}) == ()


def test_what_was_learnt_goes_with_a_text_that_it_learnt_from(world: World, learnt: Learnt) -> None:
    folder = save(world, learnt)
    assert unlearn_gone(world.study, world.ask) == [] and folder.exists()
    texts = learnt_texts(folder.parent)[LAYER]
    assert set(texts) == set(learnt.rows.text_keys)
    gone = int(learnt.rows.keys[0], 16)
    world.holds(
        [
            post(n, body=body_of(n), text_state="deleted" if n == gone else "kept")
            for n in range(POSTS)
        ]
    )
    assert unlearn_gone(world.study, world.ask) == [LAYER] and not folder.exists()
    save(world, learnt)
    (folder / "texts.json").unlink()
    world.holds([post(n, body=body_of(n)) for n in range(POSTS)])
    assert unlearn_gone(world.study, world.ask) == [
        LAYER
    ]  # nobody knows any more what it learnt from
    assert drop_learnt(world.study, [LAYER]) == []


def test_uncertain_posts_are_read_by_their_own_fold_s_classifier(
    world: World, learnt: Learnt
) -> None:
    said = code_probabilities(world.ask, learnt.maker, "relief")
    assert len(said) == POSTS
    place = learnt.codes.index("relief")
    for key, p in zip(learnt.rows.keys, learnt.probability[:, place], strict=True):
        assert said[key] == pytest.approx(p, abs=1e-9)
    assert len(code_probabilities(world.ask, learnt.maker, "relief", most=7)) == 7
    with pytest.raises(NotFoundError, match="not learnt yet"):
        code_probabilities(world.ask, learnt.maker, "shame")


def test_counts_of_a_post_do_not_depend_on_its_neighbours() -> None:
    posts = [(("title", "One"), ("body", body_of(n))) for n in range(4)]
    alone = [count_posts([one]).words for one in posts]
    together = count_posts(posts).words
    assert all((together[n] != row).nnz == 0 for n, row in enumerate(alone))


def test_every_fold_gets_its_part_of_the_accounts() -> None:
    sizes = np.bincount([fold_of(f"account-{n}") for n in range(5_000)], minlength=FOLDS)
    assert sizes.min() > 850


def test_the_learning_curve_learns_from_growing_parts(lessons: Lessons) -> None:
    points = learning_curve(lessons, parts=(0.3, 1.0))
    assert [p.posts for p in points] == sorted(p.posts for p in points)
    assert points[-1].posts == len(lessons) and 0.8 < points[-1].macro <= 1


def test_saturation_is_the_mean_over_all_orders() -> None:
    """By hand: of posts {a}, {a}, {b} one shows 1 code, two show 1 + 2/3, three show 2."""
    found = saturation([frozenset("a"), frozenset("a"), frozenset("b")])
    assert [codes for _, codes in found.curve] == pytest.approx([1, 5 / 3, 2])
    assert found.seen_once == 1 and found.new_code_chance == pytest.approx(1 / 3)
    with pytest.raises(InputError, match="nothing was judged"):
        saturation([])


def test_codes_are_listed_in_the_order_of_judging(world: World) -> None:
    assert codes_in_order(world.study, world.book, LAYER) == []
    judge(world, size=100)
    order = codes_in_order(world.study, world.book, LAYER)
    assert len(order) == len(read_items(world.study, _sample(world)))
    found = saturation(order)
    assert found.codes == 2 and found.new_in_last == 0


def _sample(world: World) -> Any:
    from bedside.judge.samples import find_sample

    return find_sample(world.study, "round-1")
