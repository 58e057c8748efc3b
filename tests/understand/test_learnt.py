"""The featurisation and the classifiers that stand on it."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.errors import FormatError, InputError, NotFoundError
from bedside.understand.learnt.features import Counts, embedded, read_units
from bedside.understand.learnt.fit import (
    Recipe,
    Related,
    fit_classifier,
    folds_of,
)
from bedside.understand.learnt.model import (
    Classifier,
    Vocabulary,
    asked_word,
    load_classifier,
    read_classifier,
    save_classifier,
    weigh,
)
from bedside.understand.learnt.rare import saying
from bedside.understand.learnt.reading import Batch
from bedside.understand.learnt.thresholds import best_threshold, decide_one, thresholds_of
from bedside.understand.learnt.words import pieces_of, word_pieces

WORDS = st.lists(
    st.sampled_from(
        [
            "the",
            "nurse",
            "was",
            "kind",
            "but",
            "we",
            "waited",
            "for",
            "hours",
            "and",
            "hours",
            "in",
            "pain",
            "¶",
            "!",
        ]
    ),
    max_size=12,
)
UNITS = st.lists(WORDS.map(" ".join), min_size=1, max_size=6)


def _same(one: Counts, other: Counts) -> bool:
    return all(
        (getattr(one, n) != getattr(other, n)).nnz == 0 for n in ("words", "pieces", "characters")
    )


def _trained(characters: bool = False) -> tuple[Classifier, Counts, np.ndarray]:
    kind = ["so kind and warm", "lovely caring nurse", "gentle staff , thank you", "nice people"]
    late = [
        "waited three hours",
        "a long wait again",
        "still waiting for a call",
        "queue for weeks",
    ]
    texts = [f"{text} {extra}" for text in kind + late for extra in ("", "today", "at the clinic")]
    counts = read_units(texts)
    labels = np.array([[n < 12, n >= 12] for n in range(24)])
    model = fit_classifier(
        counts,
        labels,
        ("manner", "waiting"),
        [str(n) for n in range(24)],
        name="toy",
        version="1",
        recipe=Recipe(penalty=0.3, characters=characters, least=1),
        card={"data": "made up"},
    )
    return model, counts, labels


def test_a_word_is_taken_apart_into_the_longest_known_pieces() -> None:
    rows = word_pieces()
    assert pieces_of("nurse") == [rows["nurse"]]
    assert pieces_of("didn't") == [rows["didn"], rows["'"], rows["t"]]
    assert pieces_of("endometriosis") == [rows[p] for p in ("end", "##ome", "##tri", "##osis")]


def test_an_unknown_letter_leaves_a_word_without_pieces() -> None:
    assert pieces_of("\U00010400") == []


@given(UNITS)
@settings(max_examples=40, deadline=None)
def test_a_unit_gives_the_same_whatever_stands_beside_it(units: list[str]) -> None:
    together = read_units(units)
    alone = [read_units([unit]) for unit in units]
    for number, one in enumerate(alone):
        assert _same(together.take(np.array([number])), one)
        assert (embedded(together)[number] == embedded(one)[0]).all()


@given(UNITS)
@settings(max_examples=40, deadline=None)
def test_counts_of_a_post_are_the_sum_of_those_of_its_sentences(units: list[str]) -> None:
    counts = read_units(units)
    post = counts.merged([0] * len(units), 1)
    assert post.words.sum() == counts.words.sum()
    assert post.pieces.sum() == counts.pieces.sum()


def test_units_left_out_of_every_group_count_nowhere() -> None:
    counts = read_units(["kind nurse", "long wait"])
    assert _same(counts.merged([-1, 0], 1), read_units(["long wait"]))


def test_line_breaks_and_parts_are_no_words() -> None:
    assert _same(read_units(["kind ¶ nurse § here"]), read_units(["kind nurse here"]))


def test_an_embedding_has_length_one_or_none() -> None:
    lengths = np.linalg.norm(embedded(read_units(["kind nurse", "¶", ""])), axis=1)
    assert lengths[0] == pytest.approx(1, abs=0.01)
    assert lengths[1:].tolist() == [0, 0]


def test_words_alike_lie_closer_than_words_unlike() -> None:
    doctor, physician, parking = embedded(read_units(["doctor", "physician", "parking"]))
    assert doctor @ physician > 0.5 > doctor @ parking


def test_tf_idf_is_that_of_scikit_learn_worked_by_hand() -> None:
    """Pedregosa et al. (2011): smoothed idf ln((1+n)/(1+df))+1, sublinear tf, rows of length 1."""
    counts = read_units(["a a b", "a"]).words
    vocabulary = Vocabulary.of(counts, least=1)
    held = np.bincount(counts.indices, minlength=counts.shape[1])[vocabulary.buckets]
    assert vocabulary.idf == pytest.approx(np.log(3 / (1 + held)) + 1)
    first = weigh(counts, vocabulary)[0].toarray().ravel()
    raw = np.zeros(len(first))
    for place, bucket in enumerate(vocabulary.buckets):
        count = counts[0, bucket]
        raw[place] = (1 + np.log(count)) * vocabulary.idf[place] if count else 0
    assert first == pytest.approx(raw / np.linalg.norm(raw), abs=2e-4)


def test_words_outside_the_vocabulary_weigh_nothing() -> None:
    vocabulary = Vocabulary.of(read_units(["kind nurse"]).words, least=1)
    assert weigh(read_units(["parking"]).words, vocabulary).nnz == 0


@pytest.mark.parametrize("characters", [False, True])
def test_a_planted_difference_is_learnt(characters: bool) -> None:
    model, counts, labels = _trained(characters)
    assert (model.chosen(model.probabilities(counts)) == labels).mean() > 0.95
    fresh = read_units(["what a kind and caring team", "waiting for two hours"])
    assert [max(said, key=said.get) for said in model.named(model.probabilities(fresh))] == [  # type: ignore[arg-type]
        "manner",
        "waiting",
    ]


def test_related_texts_teach_words_that_the_own_texts_lack() -> None:
    """`courteous` stands in no text of ours, but the related set uses it as it uses `kind`."""
    model, counts, labels = _trained()
    texts = [
        f"{word} person {n}" for n in range(30) for word in ("kind courteous", "waiting delayed")
    ]
    related = Related(
        read_units(texts),
        np.array([[n % 2 == 0, n % 2 == 1] for n in range(60)]),
        [f"r{n}" for n in range(60)],
    )
    taught = fit_classifier(
        counts, labels, model.codes, [str(n) for n in range(24)], name="toy", version="1",
        recipe=Recipe(penalty=0.3, least=1), related=related,
    )  # fmt: skip
    fresh = read_units(["courteous"])
    assert taught.margins(fresh)[0, 0] > model.margins(fresh)[0, 0]
    assert len(related.without(frozenset({"r0", "r1"})).groups) == 58


@pytest.mark.parametrize("characters", [False, True])
def test_a_classifier_comes_back_from_its_files(tmp_path: Path, characters: bool) -> None:
    model, counts, _ = _trained(characters)
    save_classifier(model, tmp_path)
    again = read_classifier("toy", tmp_path)
    assert again.codes == model.codes and again.card["data"] == "made up"
    assert np.abs(again.probabilities(counts) - model.probabilities(counts)).max() < 1e-3


def test_the_same_texts_give_the_same_files(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        save_classifier(_trained()[0], tmp_path / folder)
    for name in ("toy.json", "toy.safetensors"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_score_does_not_depend_on_the_batch(tmp_path: Path) -> None:
    save_classifier(_trained()[0], tmp_path)
    model = read_classifier("toy", tmp_path)
    texts = [f"the nurse was kind number {n} and we waited" for n in range(70)]
    together = model.probabilities(read_units(texts))
    alone = np.vstack([model.probabilities(read_units([text])) for text in texts])
    assert (together == alone).all()


def test_missing_and_damaged_files_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no classifier 'toy'"):
        read_classifier("toy", tmp_path)
    save_classifier(_trained()[0], tmp_path)
    (tmp_path / "toy.safetensors").write_bytes(b"no weights")
    with pytest.raises(FormatError, match="damaged"):
        read_classifier("toy", tmp_path)


def test_a_code_on_no_text_is_refused() -> None:
    counts = read_units(["one", "two"])
    with pytest.raises(InputError, match="code 'never' is on 0 of 2"):
        fit_classifier(counts, np.zeros((2, 1), bool), ["never"], ["a", "b"], name="x", version="1")


def test_labels_of_another_shape_are_refused() -> None:
    with pytest.raises(InputError, match="labels need a row for each text"):
        fit_classifier(
            read_units(["one"]), np.zeros((2, 1), bool), ["a"], ["g"], name="x", version="1"
        )


@given(st.lists(st.sampled_from("abcdefgh"), min_size=20, max_size=60))
def test_a_group_stands_in_one_fold(groups: list[str]) -> None:
    if len(set(groups)) < 3:
        return
    folds = folds_of(groups, 3)
    assert all(
        len({f for g, f in zip(groups, folds, strict=True) if g == name}) == 1 for name in groups
    )


def test_the_best_threshold_is_the_one_that_a_search_finds() -> None:
    rng = np.random.default_rng(2)
    probability = rng.random(200)
    label = rng.random(200) < probability**2

    def f1(threshold: float) -> float:
        chosen = probability >= threshold
        return float(2 * (chosen & label).sum() / (chosen.sum() + label.sum()))

    best = max(f1(t) for t in np.linspace(0, 1, 2001))
    assert f1(best_threshold(probability, label)) == pytest.approx(best, abs=1e-3)


def test_thresholds_for_one_code_a_text_find_the_rare_code() -> None:
    """The rare code is never the most probable, but where it is likelier than usual it is mostly right."""
    rng = np.random.default_rng(5)
    kind = rng.choice(3, 900, p=[0.6, 0.32, 0.08])
    labels = np.arange(3) == kind[:, None]
    logit = np.log([0.6, 0.32, 0.08]) + 1.2 * labels + rng.normal(0, 0.4, (900, 3))
    probability = np.exp(logit) / np.exp(logit).sum(axis=1, keepdims=True)

    def macro(one: bool) -> float:
        found = decide_one(probability, thresholds_of(probability, labels, 30.0, one=one))
        return float(
            np.mean(2 * (found & labels).sum(axis=0) / (found.sum(axis=0) + labels.sum(axis=0)))
        )

    assert macro(True) > macro(False)


def test_thresholds_averaged_over_draws_vary_less_than_those_found_once() -> None:
    rng = np.random.default_rng(6)
    spread = {}
    for draws in (0, 10):
        found = []
        for _ in range(40):
            label = rng.random((300, 1)) < 0.1
            probability = 1 / (1 + np.exp(-(1.5 * label - 2.5 + rng.normal(0, 1, (300, 1)))))
            found.append(thresholds_of(probability, label, 0.0, draws=draws)[0])
        spread[draws] = np.std(np.log(found))
    assert spread[10] < 0.9 * spread[0]


def test_one_code_is_decided_for_each_text() -> None:
    chosen = decide_one(np.array([[0.5, 0.2], [0.3, 0.2]]), np.array([0.5, 0.25]))
    assert chosen.tolist() == [[True, False], [False, True]]


def test_what_a_survey_asked_is_read_from_its_question() -> None:
    assert asked_word("How could we improve?") == "asked:improve"
    assert asked_word("What was good?") == "asked:good"
    assert asked_word("Why did you give this answer?") == "asked:open"
    assert asked_word("My endometriosis story") == ""


def test_a_batch_counts_each_post_by_itself() -> None:
    batch = Batch([["kind nurse", "long wait"], [], ["parking"]])
    assert _same(batch.whole_counts.take(np.array([2])), read_units(["parking"], characters=False))
    assert batch.whole_counts.words[1].nnz == 0


def test_a_sentence_is_read_with_those_beside_it() -> None:
    grave = "i want to kill myself"
    batch = Batch([["parking"], [], ["i am alone", grave, "it rains"]])
    around, crisis = batch.around("crisis", 2), load_classifier("crisis")
    assert around.shape == (3, 2)
    assert len(batch.around("crisis", 1)) == 0
    together = batch.counts.merged([-1, 0, 0, 0], 1)
    assert np.allclose(around[1], crisis.probabilities(together)[0])
    assert around[0, 0] > crisis.probabilities(batch.counts)[1, 0]
    assert np.allclose(batch.around("crisis", 0), crisis.probabilities(batch.counts)[:1])


def test_the_likeliest_sentence_of_each_post_is_told_without_its_sentences() -> None:
    batch = Batch([["parking"], [], ["i am alone", "i want to kill myself", "it rains"]])
    for read, likeliest in (
        (batch.sentences, batch.likeliest),
        (batch.around, batch.likeliest_around),
    ):
        assert likeliest("crisis", 1) == []
        assert likeliest("crisis", 0) == read("crisis", 0)[0].tolist()
        assert likeliest("crisis", 2) == read("crisis", 2).max(axis=0).tolist()


def test_of_a_post_with_a_code_the_surest_sentence_says_it_and_the_rest_is_left_out() -> None:
    margins = np.array([[0.1], [0.9], [0.2], [0.8]])
    rows, said = saying(margins, np.array([[True], [False]]), np.array([0, 0, 1, 1]))
    assert rows.tolist() == [1, 2, 3]
    assert said.tolist() == [[True], [False], [False]]
