"""Dawid and Skene: the likeliest truth behind several coders, and how each of them errs."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.errors import InputError

__all__ = ["Consensus", "dawid_skene"]

Floats = NDArray[np.float64]
MOST_ROUNDS = 5000
CLOSE = 1e-12  # gain of log-likelihood, relative, at which rounds end


class Consensus(NamedTuple):
    """What the model finds.

    Attributes
    ----------
    posterior : ndarray, shape (posts, categories)
        Probability of each category for each post.
    shares : ndarray, shape (categories,)
        Share of each category.
    errors : ndarray, shape (coders, categories, categories)
        Probability that a coder says the second category where the first is true.
    likelihood : float
        Log-likelihood of the codes.
    """

    posterior: Floats
    shares: Floats
    errors: Floats
    likelihood: float


def dawid_skene(codes: Floats) -> Consensus:
    """Fit the model by expectation and maximisation, starting from the share of votes.

    Parameters
    ----------
    codes : ndarray, shape (posts, coders, categories)
        How often a coder gave the post the category.

    Raises
    ------
    InputError
        If a post has no code at all.

    Notes
    -----
    With two coders and two categories many truths explain the codes equally well: read nothing into the errors then.
    Coders are taken to err independently of each other and alike on every post of a category.

    References
    ----------
    Dawid and Skene (1979), Applied Statistics 28:20-28, doi:10.2307/2346806.

    Examples
    --------
    >>> codes = np.zeros((2, 3, 2))
    >>> codes[0, :, 0] = codes[1, :, 1] = 1
    >>> dawid_skene(codes).shares.tolist()
    [0.5, 0.5]
    """
    votes = codes.sum(axis=1)
    if not (votes.sum(axis=1) > 0).all():
        raise InputError("every post needs at least one code; leave out the posts without")
    posterior = votes / votes.sum(axis=1, keepdims=True)
    before = -np.inf
    for _ in range(MOST_ROUNDS):
        shares, errors = _maximised(codes, posterior)
        posterior, likelihood = _expected(codes, shares, errors)
        if likelihood - before <= CLOSE * abs(likelihood):
            break
        before = likelihood
    return Consensus(posterior, shares, errors, likelihood)


def _maximised(codes: Floats, posterior: Floats) -> tuple[Floats, Floats]:
    said = np.einsum("pk,pcl->ckl", posterior, codes)
    total = said.sum(axis=2, keepdims=True)
    errors = np.divide(said, total, out=np.full(said.shape, 1 / said.shape[2]), where=total > 0)
    return posterior.mean(axis=0), errors


def _expected(codes: Floats, shares: Floats, errors: Floats) -> tuple[Floats, float]:
    with np.errstate(divide="ignore"):
        logs = np.log(errors)
        weight = np.log(shares)
    logs = np.maximum(logs, -1e300)  # 0 times minus infinity would be no number
    joint = weight + np.einsum("pcl,ckl->pk", codes, logs)
    top = joint.max(axis=1, keepdims=True)
    raised = np.exp(joint - top)
    sums = raised.sum(axis=1, keepdims=True)
    return raised / sums, float((top + np.log(sums)).sum())
