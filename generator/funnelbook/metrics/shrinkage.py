"""Small numbers drawn to the mean of their group: metrics.md, section 3, `sellers`.

Beta-binomial shrinkage with the moment estimate of the intraclass correlation: J. C. Kleinman, Proportions with
extraneous variance: single and independent samples, Journal of the American Statistical Association 68 (1973).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct

from funnelbook.model.differences import Z

#: Funnel plots take a point outside these limits for a signal: the two-sided 99.8 % quantile.
Z998 = 3.090232306167813
_MOST_CORRELATED = 0.99


class Group(Struct, frozen=True):
    """Shares won / n of the members of one group; every n is above 0.

    mean: sum of won / sum of n. correlation: how much of the spread is between members, 0 to 0.99.
    """

    cases: int
    mean: float
    correlation: float

    def shrunk(self, won: int, n: int) -> tuple[float, float, float]:
        """A member's share drawn to the mean, with its 95 % Wilson interval."""
        if self.correlation == 0:
            return self.mean, *wilson_of_share(self.mean, self.cases)
        weight = 1 / self.correlation - 1
        share = (weight * self.mean + won) / (weight + n)
        return share, *wilson_of_share(share, min(weight + n, self.cases))

    def limits(self, n: int, z: float) -> tuple[float, float]:
        """Between which a share of n cases lies by chance alone when its true value is the mean."""
        half = z * math.sqrt(self.mean * (1 - self.mean) / n)
        return max(0.0, self.mean - half), min(1.0, self.mean + half)


def group_of(members: Sequence[tuple[int, int]]) -> Group:
    """members: (won, n) of each."""
    cases = sum(n for _, n in members)
    mean = sum(won for won, _ in members) / cases
    variance, others = mean * (1 - mean), len(members) - 1
    spread = math.fsum(n * (won / n - mean) ** 2 for won, n in members)
    size = math.fsum(n * (1 - n / cases) for _, n in members) - others
    if variance * size <= 0:
        return Group(cases, mean, 0.0)
    correlation = (spread - variance * others) / (variance * size)
    return Group(cases, mean, min(max(correlation, 0.0), _MOST_CORRELATED))


def wilson_of_share(share: float, n: float) -> tuple[float, float]:
    """Wilson's interval of a share whose n need not be whole."""
    square = Z * Z
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = Z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)
