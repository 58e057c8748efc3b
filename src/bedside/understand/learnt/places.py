"""A layer between words and codes: how near a text lies to some hundred places among the texts that were learnt from.

A linear classifier adds up what each word says. Texts lie in groups as well, and what a word says may hang on the
group. Features are drawn together into some hundred directions, places are means of texts that lie close, and
nearness to each place is one more feature. No place is a text: it is the mean of `CROWD` of them.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from bedside.understand.learnt.features import GRID, Floats
from bedside.understand.learnt.ridge import Beside

__all__ = ["CROWD", "Places", "directions", "find_places"]

CROWD = 3  # texts whose mean is a place
ROUNDS = 4  # of the search for directions
EXTRA = 10  # directions sought beside those kept, which makes them exact enough (Halko et al., section 4.2)
FAINT = 1e-3  # added to the nearness of a place to itself, so that places that coincide do no harm
SEED = 1


@dataclass(frozen=True)
class Places:
    """Where texts lie close together.

    Attributes
    ----------
    project : numpy.ndarray
        Features by directions.
    centres : numpy.ndarray
        Places by directions.
    sharpness : float
        Nearness is exp(-sharpness * squared distance / 2).
    """

    project: Floats
    centres: Floats
    sharpness: float

    def near(self, seen: Floats) -> Floats:
        """Nearness of each text to each place, on the grid of all values.

        Parameters
        ----------
        seen : numpy.ndarray
            Texts by directions: their features times `project`.

        Notes
        -----
        A radial basis function network: Broomhead and Lowe (1988), Complex Systems 2:321-355. Places and directions
        lie on a grid, so that distances are exact.
        """
        seen = np.rint(GRID * seen) / GRID
        return np.asarray(np.rint(GRID * self._near(seen)) / GRID)

    def _near(self, seen: Floats) -> Floats:
        return np.asarray(np.exp(-self.sharpness / 2 * _distances(seen, self.centres)))

    def apart(self) -> Floats:
        """Combinations of nearness that do not repeat each other; places by combinations.

        Notes
        -----
        With them ridge regression is that of the Gaussian kernel, as far as the places tell it (Nystroem): Williams
        and Seeger (2001), NIPS 13:682-688.
        """
        among = self._near(self.centres) + FAINT * np.eye(len(self.centres))
        half = np.linalg.cholesky(among)
        return np.asarray(solve_triangular(half, np.eye(len(half)), lower=True).T)


def _distances(texts: Floats, centres: Floats) -> Floats:
    squares = (texts * texts).sum(axis=1)[:, None] + (centres * centres).sum(axis=1)
    return np.asarray(np.maximum(squares - 2 * (texts @ centres.T), 0))


def directions(matrix: Beside, count: int) -> Floats:
    """The directions along which texts differ most: right singular vectors, features by directions.

    References
    ----------
    Halko, Martinsson and Tropp (2011), SIAM Review 53:217-288, algorithms 4.4 and 5.1; Deerwester et al. (1990),
    JASIS 41:391-407 (such directions of words in texts).
    """
    count = min(count, min(matrix.shape))
    wide = min(count + EXTRA, min(matrix.shape))
    spanned = np.random.default_rng(SEED).normal(size=(matrix.shape[0], wide))
    for _ in range(ROUNDS):
        spanned = np.linalg.qr(matrix @ matrix.back(spanned))[0]
    back = matrix.back(spanned)
    squares, vectors = np.linalg.eigh(back.T @ back)
    best = slice(None, -count - 1, -1)
    return np.asarray(back @ (vectors[:, best] / np.sqrt(np.maximum(squares[best], 1e-12))))


def find_places(matrix: Beside, project: Floats, most: int, sharpness: float) -> Places:
    """Places among texts: texts drawn with a fixed seed, each moved to the mean of itself and its nearest.

    Parameters
    ----------
    matrix : Beside
        Texts by features.
    project : numpy.ndarray
        Features by directions.
    most : int
        Places at most; there are none where there are fewer than `CROWD` texts.
    sharpness : float

    Notes
    -----
    Means of `CROWD` texts are microaggregates, Domingo-Ferrer and Mateo-Sanz (2002), IEEE TKDE 14:189-201: what is
    kept is no one's text.
    """
    texts = matrix @ project
    if len(texts) < CROWD:
        return Places(project, np.zeros((0, project.shape[1])), sharpness)
    drawn = np.random.default_rng(SEED).permutation(len(texts))[:most]
    away = _distances(texts[drawn], texts)
    away[np.arange(len(drawn)), drawn] = -1  # oneself first, also where others said the same
    nearest = np.argpartition(away, CROWD - 1, axis=1)[:, :CROWD]
    centres = texts[np.sort(nearest, axis=1)].mean(axis=1)
    return Places(project, np.rint(GRID * centres) / GRID, sharpness)
