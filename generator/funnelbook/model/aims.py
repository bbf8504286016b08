"""What a playbook is to change, and since when: what the metrics know of the handbook's versions."""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class Aim(Struct, frozen=True):
    """playbook: its slug; aims_at: decided, win_rate, answered_in_target or comeback; stages: names as its front
    matter has them; versions: the local dates from which its text was another one, oldest first, each once.
    """

    playbook: str
    aims_at: str
    stages: tuple[str, ...] = ()
    versions: tuple[date, ...] = ()
