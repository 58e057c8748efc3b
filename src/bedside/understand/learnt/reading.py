"""What the trained classifiers say of a batch: counted once, each classifier asked once, when first needed."""

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from bedside.understand.learnt.features import Counts, Floats, read_units
from bedside.understand.learnt.folds import fold_of
from bedside.understand.learnt.model import Classifier, load_classifier
from bedside.understand.learnt.near import nearness

__all__ = ["AROUND", "Batch"]

AROUND = (
    1  # sentences to either side that are read with one, where a classifier reads more than one
)

NOTICED = 0.05  # probability of a sentence by itself from which a post is read with its neighbours


class Batch:
    """Sentences of the posts of a batch, as classifiers read them.

    Parameters
    ----------
    posts : sequence of sequence of str
        Canonical text of each sentence of each post.
    voices : sequence of str
        Whose each post is; only `apart` asks.
    """

    def __init__(self, posts: Sequence[Sequence[str]], voices: Sequence[str] = ()) -> None:
        self._voices = voices or [""] * len(posts)
        self._sentences = [sentence for post in posts for sentence in post]
        self._starts = [0, *accumulate(len(post) for post in posts)]
        self._said: dict[str, Floats] = {}
        self._around: dict[str, Floats] = {}
        self._likeliest: dict[str, list[list[float]]] = {}
        self._likeliest_around: dict[str, list[list[float]]] = {}
        self._near: dict[str, list[float]] = {}
        self._whole: dict[str, Floats] = {}

    @cached_property
    def counts(self) -> Counts:
        """Counts of every sentence."""
        return read_units(self._sentences, characters=False)

    def vectors(self, post: int) -> Floats:
        """Static embeddings of the sentences of a post."""
        return self.counts.embedding[self._starts[post] : self._starts[post + 1]]

    @cached_property
    def whole_counts(self) -> Counts:
        """Counts of every post: the sum of those of its sentences."""
        lengths = np.diff(np.array(self._starts))
        return self.counts.merged(np.repeat(np.arange(len(lengths)), lengths), len(lengths))

    def sentences(self, name: str, post: int) -> Floats:
        """Probabilities of a shipped classifier for each sentence of a post: sentences by codes."""
        if name not in self._said:
            self._said[name] = load_classifier(name).probabilities(self.counts)
        return self._said[name][self._starts[post] : self._starts[post + 1]]

    def near(self, name: str, post: int) -> list[float]:
        """How near each sentence of a post is to the written prototypes of a name."""
        if name not in self._near:
            self._near[name] = nearness(name, self.counts.embedding).tolist()
        return self._near[name][self._starts[post] : self._starts[post + 1]]

    def around(self, name: str, post: int) -> Floats:
        """Probabilities of a shipped classifier for each sentence of a post with those beside it: sentences by codes.

        A post none of whose sentences is at all likely by itself keeps the probabilities of its sentences.
        """
        if name not in self._around:
            model = load_classifier(name)
            self.sentences(name, post)
            said = self._said[name].copy()
            rows = self._rows_where(said.max(axis=1, initial=0.0) >= NOTICED)
            if len(rows):
                said[rows] = model.probabilities(self._neighbourhoods(rows))
            self._around[name] = said
        return self._around[name][self._starts[post] : self._starts[post + 1]]

    def likeliest(self, name: str, post: int) -> list[float]:
        """Greatest probability of each code in the sentences of a post; none where it has none."""
        if name not in self._likeliest:
            self.sentences(name, post)
            self._likeliest[name] = self._greatest(self._said[name])
        return self._likeliest[name][post]

    def likeliest_around(self, name: str, post: int) -> list[float]:
        """Greatest probability of each code in the sentences of a post, each with those beside it."""
        if name not in self._likeliest_around:
            self.around(name, post)
            self._likeliest_around[name] = self._greatest(self._around[name])
        return self._likeliest_around[name][post]

    def _greatest(self, said: Floats) -> list[list[float]]:
        """Greatest of the sentences of each post, code by code: worked out at once, for most posts are told by it."""
        found: list[list[float]] = [[] for _ in self._starts[1:]]
        held = np.flatnonzero(np.diff(np.array(self._starts)))
        if len(held):
            greatest = np.maximum.reduceat(said, self._first, axis=0)
            for post, values in zip(held.tolist(), greatest.tolist(), strict=True):
                found[post] = values
        return found

    def _rows_where(self, held: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """All sentences of the posts of which one holds."""
        if not held.any():
            return np.zeros(0, np.int64)
        return np.flatnonzero(np.logical_or.reduceat(held, self._first)[self._of_post])

    def _neighbourhoods(self, rows: npt.NDArray[np.int64]) -> Counts:
        """Counts of the sentences of some posts, each with those of its post that stand beside it."""
        post = self._of_post[rows]
        places = np.arange(len(rows))
        pairs = [(places, places)]
        for step in range(1, AROUND + 1):
            left = np.flatnonzero(post[step:] == post[:-step])
            pairs += [(left, left + step), (left + step, left)]
        groups, units = (np.concatenate(each) for each in zip(*pairs, strict=True))
        order = np.argsort(groups, kind="stable")
        return self.counts.take(rows[units[order]]).merged(groups[order], len(rows))

    @cached_property
    def _of_post(self) -> npt.NDArray[np.int64]:
        """Number, among the posts that hold a sentence, of each sentence's post."""
        lengths = np.diff(np.array(self._starts))
        lengths = lengths[lengths > 0]
        return np.repeat(np.arange(len(lengths)), lengths)

    @cached_property
    def _first(self) -> npt.NDArray[np.int64]:
        """First sentence of each post that holds one."""
        return np.flatnonzero(np.diff(self._of_post, prepend=-1))

    def whole(self, name: str, post: int) -> Floats:
        """Probabilities of a shipped classifier for a post as a whole: one a code."""
        if name not in self._whole:
            self._whole[name] = load_classifier(name).probabilities(self.whole_counts)
        return np.asarray(self._whole[name][post])

    def apart(self, models: Sequence[Classifier], post: int) -> Floats:
        """Probabilities for a post by the model of its fold, all posts of a fold counted at once: one a code."""
        key = " ".join(f"{model.name} {model.version}" for model in models)
        if key not in self._whole:
            which = np.array([fold_of(voice) for voice in self._voices])
            said = np.zeros((len(which), len(models[0].codes)))
            for fold, model in enumerate(models):
                rows = np.flatnonzero(which == fold)
                if len(rows):
                    said[rows] = model.probabilities(self.whole_counts.take(rows))
            self._whole[key] = said
        return np.asarray(self._whole[key][post])

    def stretches(
        self, model: Classifier, post: int, groups: npt.NDArray[np.int64], count: int
    ) -> Floats:
        """Probabilities for groups of a post's sentences, such as its moments: groups by codes."""
        rows = np.arange(self._starts[post], self._starts[post + 1])
        return model.probabilities(self.counts.take(rows).merged(groups, count))
