"""People write differently, and what they say survives it."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bedside.simulate.people import VOICES
from bedside.simulate.voice import lower_first, speak

SENTENCE = st.sampled_from(
    [
        "I was told to wait.",
        "Nobody explained anything, really.",
        "I'm scared.",
        "My appointment is in two weeks and I don't know what to expect.",
        "PCOS runs in the family.",
        "Thanks",
    ]
)


@given(
    voice=st.sampled_from(sorted(set(VOICES))),
    parts=st.lists(SENTENCE, min_size=1, max_size=9),
    seed=st.integers(0, 10_000),
    mood=st.sampled_from(["", "neg", "pos"]),
    paragraphs=st.booleans(),
)
def test_every_voice_says_all_sentences(
    voice: str, parts: list[str], seed: int, mood: str, paragraphs: bool
) -> None:
    before = list(parts)
    text = speak(voice, parts, Random(seed), mood=mood, paragraphs=paragraphs)  # noqa: S311
    assert parts == before
    assert text.strip()
    assert len(text) >= 0.6 * sum(map(len, parts))
    assert paragraphs or "\n" not in text


def test_the_same_seed_speaks_the_same() -> None:
    parts = ["I was told to wait.", "Nobody explained anything.", "I'm scared."]
    for voice in set(VOICES):
        one, two = (speak(voice, parts, Random(3)) for _ in range(2))  # noqa: S311
        assert one == two


def test_lower_first_keeps_i_and_abbreviations() -> None:
    assert lower_first("I'm here") == "I'm here"
    assert lower_first("GP said no") == "GP said no"
    assert lower_first("The end") == "the end"
