"""Every chart draws, whatever the data, and draws the same bytes every time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from chart_rows import Rows, rows_for
from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer

from funnelbook.charts import DRAWINGS, draw, runtime, specs_js
from funnelbook.charts.compiling import vega_of
from funnelbook.charts.facts import Options, label, wrapped
from funnelbook.charts.theme import DARK, LIGHT, NARROW, WIDE
from funnelbook.language import Words
from funnelbook.memory import Memory

ROOT = Path(__file__).parents[2]
NAMES = sorted(DRAWINGS)
CATALOGUE = ROOT / "templates/locales/ru.po"
LONG = tuple(
    f"{i}. Отправлено очень подробное коммерческое предложение с расчётом окупаемости на пять лет" for i in range(9)
)


@pytest.fixture(scope="session")
def words() -> Words:
    return Words("ru", CATALOGUE, currency="RUB")


@pytest.fixture(scope="session")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Memory:
    return Memory(tmp_path_factory.mktemp("memory"))


def nulls(rows: Rows) -> Rows:
    keys = ("month", "cohort", "stage", "position", "cause", "step", "age_days")
    return [{key: value if key in keys else None for key, value in row.items()} for row in rows]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "rows",
    [
        lambda name: [],
        lambda name: rows_for(name)[:1],
        lambda name: nulls(rows_for(name, n=2)),
        lambda name: rows_for(name, n=36, stages=LONG),
    ],
    ids=["no rows", "one row", "nulls", "36 months and long names"],
)
def test_a_chart_draws_whatever_the_data(name: str, rows: Any, words: Words, memory: Memory) -> None:
    chart = draw(name, rows(name), words, id=name, memory=memory)
    for svg, width, size in ((chart.svg, chart.width, WIDE), (chart.svg_narrow or "", chart.width_narrow, NARROW)):
        root = ET.fromstring(svg)
        assert width == size.width == int(root.attrib["width"])
        assert not re.search(r"NaN|Infinity|undefined|null", svg)
    assert chart.alt
    assert all(len(row) == len(chart.columns) for row in chart.rows)


@pytest.mark.parametrize("name", NAMES)
def test_texts_stay_within_the_drawing_and_legible(name: str, words: Words, memory: Memory) -> None:
    chart = draw(name, rows_for(name, n=24, stages=LONG), words, id=name, memory=memory, partial="2024-12")
    for svg in (chart.svg, chart.svg_narrow or ""):
        sizes = [int(size) for size in re.findall(r'font-size="(\d+)px"', svg)]
        assert sizes
        assert min(sizes) >= 12


@pytest.mark.parametrize("name", NAMES)
def test_every_colour_has_a_dark_counterpart(name: str, words: Words, memory: Memory) -> None:
    chart = draw(name, rows_for(name), words, id=name, memory=memory, partial="2024-01")
    body = chart.svg.split("</style>")[1]
    used = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]+|rgb[^"]*|[a-z]+)"', body))
    assert used <= {*LIGHT.values(), "none", "transparent"}


def test_colours_are_told_apart_in_both_schemes() -> None:
    assert LIGHT.keys() == DARK.keys()
    assert len(set(LIGHT.values())) == len(LIGHT)


def luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("face", "page"), [(LIGHT, "#ffffff"), (DARK, "#1b1f24")])
def test_contrast(face: dict[str, str], page: str) -> None:
    assert all(contrast(face[name], page) >= 4.5 for name in ("ink", "muted", "orange"))
    assert all(contrast(face[name], page) >= 3 for name in ("blue", "orange", "grey"))
    for step in range(7):
        ink = "on_low" if step < 4 else "on_middle" if step == 4 else "on_high"
        assert contrast(face[ink], face[f"step{step}"]) >= 4.5


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_is_the_same_bytes_twice_and_remembered(name: str, words: Words, memory: Memory) -> None:
    remembered, fresh = (
        draw(name, rows_for(name), words, id="x", memory=where) for where in (memory, Memory(None))
    )
    assert remembered == fresh


def test_a_drawing_is_the_same_bytes_in_another_process(words: Words, tmp_path: Path) -> None:
    program = (
        "import sys; sys.path[:0] = [sys.argv[1]]\n"
        "from chart_rows import rows_for; from funnelbook.charts import draw\n"
        "from funnelbook.language import Words; from funnelbook.memory import Memory\n"
        "chart = draw('cohorts', rows_for('cohorts'), Words('en', currency='EUR'), id='x', memory=Memory(None))\n"
        "sys.stdout.buffer.write((chart.svg + chart.vega + (chart.svg_narrow or '')).encode())"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", program, str(Path(__file__).parent)],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(made) == 1


def test_no_font_of_the_machine_is_opened(tmp_path: Path) -> None:
    fonts, config = tmp_path / "fonts", tmp_path / "fonts.conf"
    fonts.mkdir()
    (fonts / "some.ttf").write_bytes(b"none that could be used")
    config.write_text(f'<?xml version="1.0"?><fontconfig><dir>{fonts}</dir></fontconfig>')
    program = (
        "import os, sys; sys.path[:0] = [sys.argv[1]]\n"
        "from chart_rows import rows_for; from funnelbook.charts import draw\n"
        "from funnelbook.language import Words; from funnelbook.memory import Memory\n"
        "draw('flow', rows_for('flow'), Words('en'), id='x', memory=Memory(None))\n"
        "print(os.environ['FONTCONFIG_FILE'])"
    )
    opened: list[str] = []
    observer = Observer()
    handler = FileSystemEventHandler()
    handler.on_any_event = lambda event: opened.append(event.event_type)  # type: ignore[method-assign]
    observer.schedule(handler, str(fonts))
    observer.start()
    ended = subprocess.run(
        [sys.executable, "-c", program, str(Path(__file__).parent)],
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, "FONTCONFIG_FILE": str(config)},
    )
    (fonts / "last.ttf").touch()
    observer.stop()
    observer.join()
    assert ended.stdout.strip() == str(config)  # programs started later have their fonts
    assert opened[:1] in ([], ["created"]), opened


def test_remembered_charts_import_no_engine(tmp_path: Path) -> None:
    program = (
        "import sys; sys.path[:0] = [sys.argv[1]]\n"
        "from pathlib import Path; from chart_rows import rows_for; from funnelbook.charts import draw, runtime\n"
        "from funnelbook.language import Words; from funnelbook.memory import Memory\n"
        "memory = Memory(Path(sys.argv[2])); draw('flow', rows_for('flow'), Words('en'), id='x', memory=memory)\n"
        "runtime(memory); print({'altair', 'vl_convert', 'polars'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", program, str(Path(__file__).parent), str(tmp_path)]
    first, second = (subprocess.run(command, capture_output=True, check=True, text=True).stdout for _ in range(2))
    assert "altair" in first
    assert second.strip() == "set()"


def test_another_language_is_another_drawing(words: Words, memory: Memory) -> None:
    rows = rows_for("flow")
    assert (
        draw("flow", rows, words, id="x", memory=memory).svg
        != draw("flow", rows, Words("en"), id="x", memory=memory).svg
    )


@pytest.mark.parametrize("name", NAMES)
def test_altair_finds_the_charts_valid(name: str, words: Words) -> None:
    facts = DRAWINGS[name].tell(rows_for(name), words, Options())
    chart = DRAWINGS[name].picture(facts, WIDE)
    assert vega_of(chart, "ru", validate=True)["marks"]
    assert chart.to_dict() == chart.to_dict(validate=True)


def test_every_text_has_a_russian_translation() -> None:
    class Recording(Words):
        asked: set[str] = set()  # noqa: RUF012

        def __call__(self, text: str, **values: object) -> str:
            self.asked.add(text)
            return super().__call__(text, **values)

        def plural(self, one: str, many: str, n: float, **values: object) -> str:
            self.asked.add(one)
            return super().plural(one, many, n, **values)

    recording = Recording("en", currency="EUR")
    for name in NAMES:
        for rows in ([], rows_for(name), nulls(rows_for(name)), rows_for(name, n=3)):
            DRAWINGS[name].tell(rows, recording, Options(partial="2024-01"))
    with CATALOGUE.open("rb") as file:
        translated = {m.id[0] if isinstance(m.id, (tuple, list)) else m.id for m in read_po(file) if m.string}
    assert recording.asked - translated == set()


def test_alternative_text_says_the_message(memory: Memory) -> None:
    rows = [
        {
            "cohort": "all",
            "position": 1,
            "stage": "Asked",
            "reached": 40,
            "advanced": 10,
            "lost": 25,
            "open": 5,
            "conversion": 0.25,
            "conversion_low": 0.14,
            "conversion_high": 0.4,
            "from_first": 1.0,
        },
        {
            "cohort": "all",
            "position": 2,
            "stage": "won",
            "reached": 10,
            "advanced": None,
            "lost": None,
            "open": None,
            "conversion": None,
            "conversion_low": None,
            "conversion_high": None,
            "from_first": 0.25,
        },
    ]
    chart = draw("funnel", rows, Words("en"), id="funnel", memory=memory)
    assert chart.alt == "Of 40 deals 10 were won, 25%. Most were lost at “Asked”: 25 of the 40 that reached it."
    assert chart.rows[0] == ("Asked", 40, 10, 25, 5, 0.25, 0.14, 0.4)


def test_few_cases_are_counts_not_shares(memory: Memory) -> None:
    rows = rows_for("funnel")
    rows[0] |= {"reached": 4, "advanced": 3, "lost": 1, "open": 0, "conversion": 0.75}
    chart = draw("funnel", rows, Words("en"), id="x", memory=memory, min_n=5)
    assert "↓ 3 of 4" in chart.svg


def test_win_rate_tells_noise_from_change(memory: Memory) -> None:
    row = {"lost": 50, "won": 50, "win_rate": 0.5, "win_rate_low": 0.4, "win_rate_high": 0.6}
    steady = [{**row, "month": f"2024-{i:02d}"} for i in range(1, 12)]
    fallen = {**row, "month": "2024-12", "won": 10, "lost": 90, "win_rate": 0.1}
    words = Words("en")
    assert "within the noise" in draw("win_rate", steady, words, id="x", memory=memory).alt
    assert "below what noise explains" in draw("win_rate", [*steady, fallen], words, id="x", memory=memory).alt


def test_numbers_on_axes_follow_the_language(words: Words, memory: Memory) -> None:
    rows = rows_for("revenue")
    assert "1\u00a0000" in draw("revenue", rows, words, id="x", memory=memory).svg
    assert "1,000" in draw("revenue", rows, Words("en", currency="EUR"), id="x", memory=memory).svg


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", "—"),
        (None, "—"),
        ("\u200b\u2060", "—"),
        ("a\u202eb", "ab"),
        ("  a \n b\t", "a b"),
        ("__proto__", "__proto__"),
        ("x" * 10_000, "x" * 79 + "…"),
    ],
)
def test_label(text: object, shown: str) -> None:
    assert label(text) == shown


def test_wrapped_breaks_at_spaces_and_says_what_is_missing() -> None:
    assert wrapped("Offer sent", 20, 2) == "Offer sent"
    assert wrapped("Offer sent today", 6, 3) == "Offer\nsent\ntoday"
    assert wrapped("Offer sent today and tomorrow", 8, 2).endswith("…")
    assert wrapped("Incomprehensibilities", 8, 3) == "Incompre\nhensibil\nities"


def test_specs_of_a_page_are_one_script(words: Words, memory: Memory) -> None:
    charts = [draw(name, rows_for(name), words, id=name, memory=memory) for name in ("flow", "leads")]
    script = specs_js(charts).decode()
    assert script == specs_js(charts).decode()
    assert '"flow":{"narrow":' in script
    assert not set("<>&\u2028\u2029") & set(script)


def test_the_interactive_dark_rules_are_those_of_the_pictures() -> None:
    css = (ROOT / "templates/assets/charts.css").read_text()
    rules = set(re.findall(r'\.chart-live \[(fill|stroke)="(#\w+)"\] \{ \w+: (#\w+); \}', css))
    assert rules == {(kind, LIGHT[name], DARK[name]) for name in LIGHT for kind in ("fill", "stroke")}


def test_the_bundle_is_small_and_remembered(memory: Memory) -> None:
    bundle = runtime(memory)
    assert len(bundle) < 480_000
    assert runtime(memory) == bundle
