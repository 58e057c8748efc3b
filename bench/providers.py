"""How often funnels flag: a provider 15 points worse at 60 reviewers, and average ones by their number of reviewers.

    python -m bench.providers [SETS]

Prints a table; the figures in docs/MEASURES.md are of 1,000 sets a row.
"""

import sys

import numpy as np

from bedside.measure.statistics.funnel import fit_funnel, flagged

__all__ = ["BANDS", "simulate_sets"]

BANDS = ((10, 15), (16, 30), (31, 80), (81, 200), (201, 500))
"""Reviewers of average providers; eight providers a band, and the worse one of 60."""
EACH = 8
CASES = [(c, s) for c in (0.08, 0.1, 0.2, 0.38) for s in (0.0, 0.03, 0.05) if not s or c >= 0.1]


def simulate_sets(
    seed: int, centre: float, *, worse: float = 0.15, spread: float = 0.0, sets: int = 1000
) -> tuple[float, list[float]]:
    """Share of sets in which the worse provider is flagged; shares of average ones flagged, by band.

    Parameters
    ----------
    centre, worse, spread : float
        True share of average providers, how much the worse one lies above, standard deviation of true shares.
    """
    rng = np.random.default_rng(seed)
    ends = np.repeat(np.array(BANDS), EACH, axis=0)
    caught, wrong = 0, np.zeros(len(ends))
    for _ in range(sets):
        sizes = rng.integers(ends[:, 0], ends[:, 1] + 1)
        true = np.full(len(sizes), centre)
        if spread:
            size = centre * (1 - centre) / spread**2 - 1
            true = rng.beta(centre * size, (1 - centre) * size, len(sizes))
        hits = rng.binomial(sizes, true)
        bad = int(rng.binomial(60, centre + worse))
        funnel = fit_funnel([bad, *map(int, hits)], [60, *map(int, sizes)])
        caught += flagged(funnel, bad, 60) == 1
        pairs = zip(hits, sizes, strict=True)
        wrong += [abs(flagged(funnel, int(y), int(n))) for y, n in pairs]
    return caught / sets, [float(part.mean()) / sets for part in np.split(wrong, len(BANDS))]


def main() -> None:
    """Print the table."""
    sets = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    head = " ".join(f"{low}-{high}".rjust(8) for low, high in BANDS)
    sys.stdout.write(f"share  spread worse  caught {head}\n")
    for centre, spread in CASES:
        for worse in (0.15, 0.0):
            caught, wrong = simulate_sets(11, centre, worse=worse, spread=spread, sets=sets)
            told = " ".join(f"{100 * x:8.1f}" for x in wrong)
            sys.stdout.write(
                f"{centre:5.2f} {spread:6.2f} {worse:6.2f} {100 * caught:6.1f}  {told}\n"
            )


if __name__ == "__main__":
    main()
