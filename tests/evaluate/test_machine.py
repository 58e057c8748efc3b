"""The makers code plain texts as they code posts."""

from bedside.evaluate.codes import codes_of
from bedside.evaluate.machine import BATCH_ROWS, code_texts, posts_batch
from bedside.model.posts import POSTS


def test_texts_become_masked_posts() -> None:
    batch = posts_batch([("a", "Write to me@mail.example"), ("b", "")])
    assert batch.schema == POSTS
    assert "mail.example" not in batch.column("body")[0].as_py()
    assert len(set(batch.column("post_key").to_pylist())) == 2


def test_every_text_is_coded_once_in_its_order() -> None:
    texts = [(f"t{i}", "My knee hurts.") for i in range(BATCH_ROWS + 3)]
    assert list(code_texts(texts)) == [key for key, _ in texts]


def test_plain_patients_and_doctors_are_told_apart() -> None:
    coded = code_texts(
        [
            (
                "p",
                "I was diagnosed with coeliac disease last week and I am so relieved to have an answer.",
            ),
            ("e", ""),
        ]
    )
    assert codes_of(coded["p"], "role") == {"patient"}
    assert "relief" in codes_of(coded["p"], "feel")
    assert codes_of(coded["e"], "feel") == frozenset()
