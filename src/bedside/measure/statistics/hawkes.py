"""Self-exciting processes: how far posts call forth posts, by an exponential Hawkes process."""

from collections.abc import Sequence
from math import exp, inf, log

from bedside.errors import InputError

__all__ = ["hawkes_log_likelihood"]


def hawkes_log_likelihood(
    times: Sequence[float], until: float, *, base: float, branching: float, decay: float
) -> float:
    """Log likelihood of events under a rate that each event raises for a while, in one pass.

    Parameters
    ----------
    times : sequence of float
        Of the events, from 0 on, in any order.
    until : float
        End of the watch, at or after the last event.
    base : float
        Events per unit of time that nothing called forth, above 0.
    branching : float
        Events that one event calls forth on average, at least 0.
    decay : float
        Rate at which that fades, above 0.

    Returns
    -------
    float

    Raises
    ------
    InputError
        If a parameter or time lies outside its range.

    Notes
    -----
    Rate(t) = base + sum over earlier events of branching * decay * exp(-decay (t - s)). No figure rests on it: what a
    platform shows to whom is not in the times.

    References
    ----------
    Hawkes (1971), Biometrika 58:83-90; Ozaki (1979), Ann Inst Stat Math 31:145-155 (the recursion).

    Examples
    --------
    >>> round(hawkes_log_likelihood([0.5, 1.0], 2, base=1, branching=0, decay=1), 6)
    -2.0
    """
    ordered = sorted(times)
    if base <= 0 or branching < 0 or decay <= 0:
        raise InputError(
            f"got base {base}, branching {branching}, decay {decay}; base and decay are above 0, branching is at least 0"
        )
    if ordered and (ordered[0] < 0 or ordered[-1] > until):
        raise InputError(f"events lie outside 0 to {until}; give times from the start of the watch")
    total, excited, last = -base * until, 0.0, -inf
    for time in ordered:
        excited = (1 + excited) * exp(-decay * (time - last)) if last > -inf else 0.0
        total += log(base + branching * decay * excited)
        total -= branching * (1 - exp(-decay * (until - time)))
        last = time
    return total
