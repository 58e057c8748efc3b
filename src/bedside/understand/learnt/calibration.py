"""Margins to probabilities, learnt on margins out of fold: each code by itself, or all together where a text has one."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, logsumexp, softmax

from bedside.understand.learnt.features import Floats

__all__ = ["calibrate", "calibrate_one"]

Flags = npt.NDArray[np.bool_]
TOGETHER = 1.0  # penalty of squared weights, margins scaled to spread 1; .3 to 10 did alike


def calibrate(margins: Floats, labels: Flags) -> tuple[Floats, Floats]:
    """Slope and offset that turn margins into probabilities, for each column.

    Notes
    -----
    Logistic regression on the margin alone, with Platt's softened targets, so that few texts give no certainty.

    References
    ----------
    Platt (1999), Advances in Large Margin Classifiers, 61-74; Lin, Lin and Weng (2007), doi:10.1007/s10994-007-5018-6.
    """
    found = [_platt(margins[:, k], labels[:, k]) for k in range(labels.shape[1])]
    return np.array([a for a, _ in found]), np.array([b for _, b in found])


def _platt(margin: Floats, label: Flags) -> tuple[float, float]:
    yes, no = int(label.sum()), int((~label).sum())
    target = np.where(label, (yes + 1) / (yes + 2), 1 / (no + 2))
    spread = float(margin.std()) or 1.0
    scaled = margin / spread

    def loss(p: Floats) -> tuple[float, Floats]:
        logit = p[0] * scaled + p[1]
        error = expit(logit) - target
        value = float((np.logaddexp(0, logit) - target * logit).sum())
        return value, np.array([(error * scaled).sum(), error.sum()])

    best = minimize(loss, np.array([1.0, np.log((yes + 1) / (no + 1))]), jac=True, method="BFGS")
    return float(best.x[0] / spread), float(best.x[1])


def calibrate_one(margins: Floats, labels: Flags) -> tuple[Floats, Floats]:
    """Mix and offset that turn margins of all codes into probabilities of which exactly one holds.

    Parameters
    ----------
    margins : numpy.ndarray
        Texts by codes, out of fold.
    labels : numpy.ndarray of bool
        Texts by codes; texts without a code are passed over.

    Returns
    -------
    mix, offset : numpy.ndarray
        Codes by codes, and one a code: probabilities are softmax(margins @ mix + offset).

    Notes
    -----
    Multinomial logistic regression on the margins (matrix scaling). A code between others, as neutral is between
    praise and complaint, is told by what the margins of all say: its own margin knows little.

    References
    ----------
    Guo, Pleiss, Sun and Weinberger (2017), arXiv:1706.04599, section 4.2; Kull et al. (2019), arXiv:1910.12656.
    """
    held = labels.any(axis=1)
    spread = np.maximum(margins.std(axis=0), 1e-9)
    middle = margins.mean(axis=0)
    scaled, target = ((margins - middle) / spread)[held], labels[held].astype(np.float64)
    target /= target.sum(axis=1, keepdims=True)
    codes = labels.shape[1]

    def loss(flat: Floats) -> tuple[float, Floats]:
        mix, offset = flat[:-codes].reshape(codes, codes), flat[-codes:]
        logit = scaled @ mix + offset
        error = softmax(logit, axis=1) - target
        value = logsumexp(logit, axis=1).sum() - (target * logit).sum()
        slope = scaled.T @ error + TOGETHER * mix
        return float(value + TOGETHER / 2 * (mix * mix).sum()), np.append(slope, error.sum(axis=0))

    start = np.zeros((codes + 1) * codes)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    mix = found[:-codes].reshape(codes, codes) / spread[:, None]
    return mix, np.asarray(found[-codes:] - middle @ mix)
