"""A review tells a stage's rename, and names that it had for a time, as they are written in the project file."""

from __future__ import annotations

from pathlib import Path

from funnelbook.project import load
from funnelbook.review.config import Rename, Setting, renames, settings


def project(folder: Path, stage: str) -> Path:
    folder.mkdir()
    text = f'[[pipelines]]\nname = "Продажи"\n\n[[pipelines.stages]]\n{stage}\n'
    (folder / "funnelbook.toml").write_text(text, encoding="utf-8")
    return folder


def test_an_old_name_with_a_last_day_is_a_rename(tmp_path: Path) -> None:
    before = project(tmp_path / "before", 'name = "Первый контакт"\naliases = ["Звонок"]')
    dated = 'aliases = ["Звонок", {name = "Первый контакт", until = 2026-02-28}]'
    after = project(tmp_path / "after", f'name = "Связались"\n{dated}')
    renamed = renames(load(before), load(after))
    assert renamed == (Rename("Продажи", "Первый контакт", "Связались"),)
    told = {each.key.rpartition(".")[2]: each for each in settings(before, after, renamed)}
    key = "pipelines[Продажи].stages[Связались].aliases"
    was, now = '["Звонок"]', '["Звонок", {name = "Первый контакт", until = 2026-02-28}]'
    assert told["aliases"] == Setting(key, was, now)
