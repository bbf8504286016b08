"""What draws may do so in a process of its own, which comes and goes."""

from __future__ import annotations

import os
import signal

import pytest

from funnelbook.charts import engine


def test_work_is_done_apart_and_again_when_the_process_is_gone() -> None:
    assert engine.done(os.getpid) == os.getpid()
    with engine.apart():
        first = engine.done(os.getpid)
        assert first != os.getpid()
        assert engine.done(os.getpid) == first
        with pytest.raises(ValueError, match="seven"):
            engine.done(int, "seven")
        os.kill(first, signal.SIGKILL)
        assert engine.done(os.getpid) not in {first, os.getpid()}
    assert engine.done(os.getpid) == os.getpid()


def test_work_is_done_here_where_no_other_process_gets_it_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_work", print)
    with engine.apart():
        assert engine.done(os.getpid) == os.getpid()
