"""Drawing: posts or accounts with a known probability, so that a share of those judged is a share of all."""

import hmac
from collections.abc import Mapping

import pyarrow as pa

from bedside.errors import InputError

__all__ = ["ALL", "ITEMS", "POPULATION", "draw", "is_drawn", "place_of"]

ALL = "all"  # the stratum of a sample that has none
POPULATION = pa.schema(
    [
        pa.field("subject_key", pa.string(), nullable=False),  # post_key, or account_key
        ("post_key", pa.string()),  # null in a sample of accounts
        ("account_key", pa.string()),
        ("text_key", pa.string()),  # null in a sample of accounts
        pa.field("stratum", pa.string(), nullable=False),
    ]
)
"""What may be drawn: one row a post (or account)."""
ITEMS = pa.schema(
    [
        *POPULATION,
        ("probability", pa.float64()),  # of being drawn; null in a learning sample
        pa.field("rank", pa.float64(), nullable=False),  # order of the queue, lowest first
    ]
)
"""What was drawn. In a random sample rank = place / probability: whoever stops early has judged a random part."""
DIGEST_BITS = 64


def place_of(seed: bytes, key: str) -> float:
    """Place of a post or account in 0..1, the same whenever and with whatever others it is looked at.

    Examples
    --------
    >>> round(place_of(b"seed", "00ff"), 4)
    0.7672
    """
    digest = hmac.digest(seed, key.encode(), "sha256")
    return int.from_bytes(digest[: DIGEST_BITS // 8]) / 2.0**DIGEST_BITS


def is_drawn(seed: bytes, key: str, probability: float) -> bool:
    """Whether a post or account belongs to the sample: HMAC(seed, key) < probability."""
    return place_of(seed, key) < probability


def draw(population: pa.Table, *, seed: bytes, probabilities: Mapping[str, float]) -> pa.Table:
    """Draw from a population, in each stratum with its known probability.

    Parameters
    ----------
    population : pyarrow.Table
        POPULATION; a subject that stands there twice counts once.
    seed : bytes
        Another sample takes another seed.
    probabilities : mapping of stratum to float
        0 < probability <= 1 for each stratum of the population.

    Returns
    -------
    pyarrow.Table
        ITEMS; one row for each subject drawn, in the order of the queue.

    Raises
    ------
    InputError
        If a probability lies outside 0..1, or is 0: what cannot be drawn cannot be estimated; or a stratum has none.

    Notes
    -----
    Poisson sampling with permanent random numbers (Ohlsson 1995): the sample grows with the study. Posts that come
    later join it by the same rule, those drawn before stay, and a larger probability keeps every post of a smaller
    one. The size is random: about probability x population, give or take its root.

    Examples
    --------
    >>> row = {"subject_key": "a", "post_key": "a", "stratum": "all"}
    >>> draw(
    ...     pa.Table.from_pylist([row], schema=POPULATION), seed=b"x", probabilities={"all": 1.0}
    ... ).num_rows
    1
    """
    for stratum, probability in probabilities.items():
        if not 0 < probability <= 1:
            raise InputError(
                f"got a drawing probability of {probability} for {stratum}; it must be above 0 and at most 1"
            )
    keys, strata = population["subject_key"].to_pylist(), population["stratum"].to_pylist()
    drawn: dict[str, tuple[float, int]] = {}
    for number, (key, stratum) in enumerate(zip(keys, strata, strict=True)):
        chance = probabilities.get(stratum)
        if chance is None:
            raise InputError(
                f"the stratum '{stratum}' has no drawing probability; every stratum needs one, or its posts stand for "
                "nobody"
            )
        place = place_of(seed, key)
        if place < chance:
            drawn[key] = (place / chance, number)
    order = sorted((rank, key, number) for key, (rank, number) in drawn.items())
    chosen = population.take(pa.array([number for _, _, number in order], pa.int64()))
    chances = [probabilities[stratum] for stratum in chosen["stratum"].to_pylist()]
    columns = [*chosen.columns, pa.array(chances, pa.float64())]
    ranks = pa.array([rank for rank, _, _ in order], pa.float64())
    return pa.Table.from_arrays([*columns, ranks], schema=ITEMS)
