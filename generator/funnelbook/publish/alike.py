"""Names of people that may be one person's: a letter apart, or the same words in another order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from funnelbook.project import fold

#: In a shorter word a letter makes another name: Анна and Инна, initials.
_LEAST_LETTERS = 5


def alike(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of `names`, none twice, in their order.

    Two names are alike when their words are the same in any order, or when they are so but for one word of at least
    five letters, where one letter is changed, left out or put in. Words that hold a digit tell people apart.
    """
    spelled = list(names)
    words = [tuple(sorted(fold(name).split())) for name in spelled]
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, own in enumerate(words):
        for key in set(_keys(own)):
            groups[key].append(place)
    pairs = {pair for group in groups.values() for pair in combinations(group, 2)}
    found = sorted(pair for pair in pairs if _are_alike(words[pair[0]], words[pair[1]]))
    return [(spelled[one], spelled[other]) for one, other in found]


def _keys(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """What alike names have in common: all words, or all but one of which a letter may be missing."""
    yield words
    for place, word in enumerate(words):
        if word.isalpha() and len(word) >= _LEAST_LETTERS - 1:
            rest = (*words[:place], *words[place + 1 :])
            yield from (("-", word[:at] + word[at + 1 :], *rest) for at in range(len(word)))
            yield ("-", word, *rest)


def _are_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if one == other:
        return True
    own, theirs = list(one), list(other)
    for word in one:
        if word in theirs:
            own.remove(word)
            theirs.remove(word)
    if len(own) != 1 or len(theirs) != 1:
        return False
    shorter, longer = sorted((own[0], theirs[0]), key=len)
    return len(longer) >= _LEAST_LETTERS and (own[0] + theirs[0]).isalpha() and _is_a_letter_apart(shorter, longer)


def _is_a_letter_apart(shorter: str, longer: str) -> bool:
    if len(longer) - len(shorter) > 1:
        return False
    same = next((at for at, sign in enumerate(shorter) if sign != longer[at]), len(shorter))
    return shorter[same + (len(shorter) == len(longer)) :] == longer[same + 1 :]
