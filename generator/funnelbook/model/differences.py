"""Is a difference more than noise? Pure functions over numbers that stand in the tables of metrics.md."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

#: Two-sided 95 % quantile of the normal distribution (metrics.md, section 1).
Z = 1.959963984540054

#: Natural limits stand at the mean plus or minus 2.66 mean moving ranges: 3 / d2, with d2 = 1.128 for pairs.
LIMITS_FACTOR = 2.66

#: Fewer earlier months than these say nothing about what is usual.
LIMITS_LEAST = 6


class Share(Struct, frozen=True):
    """A share of n cases with its 95 % Wilson interval; all three between 0 and 1."""

    value: float
    low: float
    high: float


class Interval(Struct, frozen=True):
    """A figure, or a difference now − before, with its 95 % interval in its own unit."""

    value: float
    low: float
    high: float

    @property
    def noise(self) -> bool:
        """Whether no difference at all is among the plausible ones."""
        return self.low <= 0 <= self.high


class Limits(Struct, frozen=True):
    """What a monthly figure usually is; a value outside is a signal."""

    low: float
    high: float
    months: int

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


def wilson(successes: int, n: int) -> Share | None:
    """The share `successes`/`n` with its Wilson score interval (Wilson 1927); None when n = 0."""
    if n == 0:
        return None
    share, square = successes / n, Z * Z
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = Z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return Share(share, max(0.0, centre - half), min(1.0, centre + half))


def newcombe(now: Share, before: Share) -> Interval:
    """The difference of two independent shares with the hybrid score interval.

    Source: R. G. Newcombe, Interval estimation for the difference between independent proportions:
    comparison of eleven methods, Statistics in Medicine 17 (1998), method 10.
    """
    return _recovered(Interval(now.value, now.low, now.high), Interval(before.value, before.low, before.high))


def apart(now: Interval, before: Interval) -> Interval:
    """The difference of two independent figures, each with its own 95 % interval: medians, or costs of a sale.

    Source: G. Y. Zou and A. Donner, Construction of confidence limits about effect measures, Statistics in
    Medicine 27 (2008): the variances recovered from the limits, as in Newcombe's method for shares.
    """
    return _recovered(now, before)


def _recovered(now: Interval, before: Interval) -> Interval:
    value = now.value - before.value
    below = math.hypot(now.value - now.low, before.high - before.value)
    above = math.hypot(now.high - now.value, before.value - before.low)
    return Interval(value, value - below, value + above)


def log_ratio(now: tuple[int, int], before: tuple[int, int]) -> Interval | None:
    """The natural logarithm of now's share over before's, both (successes, n); None when either has no success.

    Source: D. Katz and others, Obtaining confidence intervals for the risk ratio in cohort studies, Biometrics 34
    (1978), method C.
    """
    if not (now[0] and before[0]):
        return None
    value = math.log(now[0] / now[1]) - math.log(before[0] / before[1])
    half = Z * math.sqrt(sum(1 / successes - 1 / n for successes, n in (now, before)))
    return Interval(value, value - half, value + half)


def same_rate(now: int, before: int, days_now: float, days_before: float) -> bool | None:
    """Whether two counts of rare, independent events may come from one rate per day; None when both are 0.

    Given the sum, the count `now` is binomial with chance days_now / (days_now + days_before) under one rate:
    the rates are told apart when that chance lies outside the share's Wilson interval.
    Source: J. Przyborowski and H. Wilenski, Homogeneity of results in testing samples from Poisson series,
    Biometrika 31 (1940), with the score interval in place of the exact one.
    """
    share = wilson(now, now + before)
    if share is None:
        return None
    return share.low <= days_now / (days_now + days_before) <= share.high


def natural_limits(earlier: Sequence[float]) -> Limits | None:
    """The limits of an individuals chart over earlier months, oldest first; None for fewer than six.

    The lower limit is not below 0: it is meant for counts, money and durations.
    Source: D. J. Wheeler, Understanding Variation (1993), the XmR chart.
    """
    if len(earlier) < LIMITS_LEAST:
        return None
    mean = math.fsum(earlier) / len(earlier)
    ranges = [abs(after - before) for before, after in pairwise(earlier)]
    reach = LIMITS_FACTOR * math.fsum(ranges) / len(ranges)
    return Limits(max(0.0, mean - reach), mean + reach, len(earlier))
