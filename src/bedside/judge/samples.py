"""Samples: posts drawn with a known probability, so that a share of judged posts is a share of all."""

import hmac
from collections.abc import Iterable

import pyarrow as pa

from bedside.errors import InputError

__all__ = ["SAMPLE", "draw_sample", "is_drawn", "place_of"]

SAMPLE = pa.schema(
    [
        pa.field("post_key", pa.string(), nullable=False),
        pa.field("sample_id", pa.string(), nullable=False),
        pa.field("probability", pa.float64(), nullable=False),
    ]
)
DIGEST_BITS = 64


def place_of(seed: bytes, post_key: str) -> float:
    """Place of a post in 0..1, the same whenever and with whatever others it is looked at.

    Examples
    --------
    >>> round(place_of(b"seed", "00ff"), 4)
    0.7672
    """
    digest = hmac.digest(seed, post_key.encode(), "sha256")
    return int.from_bytes(digest[: DIGEST_BITS // 8]) / 2.0**DIGEST_BITS


def is_drawn(seed: bytes, post_key: str, probability: float) -> bool:
    """Whether a post belongs to the sample: HMAC(seed, post_key) < probability."""
    return place_of(seed, post_key) < probability


def draw_sample(
    post_keys: Iterable[str], *, seed: bytes, probability: float, sample_id: str
) -> pa.Table:
    """Draw posts, each with the same known probability.

    Parameters
    ----------
    post_keys : iterable of str
        Posts to draw from; doubled keys count once.
    seed : bytes
        The study's sampling key. Another layer or round takes another seed.
    probability : float
        0 < probability <= 1.
    sample_id : str
        Name of the sample, such as `round-1`.

    Returns
    -------
    pyarrow.Table
        SAMPLE; one row for each drawn post, sorted by key.

    Raises
    ------
    InputError
        If the probability lies outside 0..1, or is 0: what cannot be drawn cannot be estimated.

    Notes
    -----
    The sample grows with the study: posts that come later join it by the same rule, those drawn before stay,
    and a larger probability keeps every post of a smaller one.

    Examples
    --------
    >>> draw_sample(["a", "b", "c"], seed=b"x", probability=1.0, sample_id="all").num_rows
    3
    """
    if not 0 < probability <= 1:
        raise InputError(
            f"got a drawing probability of {probability}; it must be above 0 and at most 1"
        )
    drawn = [key for key in sorted(set(post_keys)) if is_drawn(seed, key, probability)]
    rows = {
        "post_key": drawn,
        "sample_id": [sample_id] * len(drawn),
        "probability": [probability] * len(drawn),
    }
    return pa.table(rows, schema=SAMPLE)
