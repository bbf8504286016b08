"""Small whole projects, each odd in one way: what a real company's first export may look like.

`ordinary()` is a sane one; an odd one is it with a change. Rows are of the generic format,
from April to October 2025.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

Row = dict[str, Any]

# moments of the files, which are local and say no zone
START = datetime.fromisoformat("2025-04-07T09:00:00")
AS_OF = datetime.fromisoformat("2025-10-20T18:00:00")
STAGES = ("Asked", "Understood", "Measured", "Offered", "Agreed")
OWNERS = ("Anna", "Boris", "Clara")
SOURCES = ("Site", "Ads", "Friends")
REASONS = ("Too expensive", "No answer", "Not our client", "Went to a competitor", "Postponed")


@dataclass
class Odd:
    """What is written: site and metrics keys, pipelines as TOML, tables of rows."""

    site: str = ""
    language: str = "en"
    metrics: str = "hour_rate = 900\n"
    pipelines: str = ""
    more: str = ""
    tables: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def deals(self) -> list[Row]:
        return self.tables["deals"]

    def change(self, **facts: Any) -> Odd:
        """The same facts for every deal; a callable gets the deal."""
        for row in self.deals:
            row.update({name: each(row) if callable(each) else each for name, each in facts.items()})
        return self

    def keep(self, wanted: Callable[[Row], bool]) -> Odd:
        """Only these deals, with their stages and activities."""
        self.tables["deals"] = [row for row in self.deals if wanted(row)]
        known = {row["deal_id"] for row in self.deals}
        for name in ("stages", "activities"):
            self.tables[name] = [row for row in self.tables.get(name, []) if row["deal_id"] in known]
        return self

    def without(self, *tables: str) -> Odd:
        for name in tables:
            self.tables.pop(name, None)
        return self

    def renamed(self, names: dict[str, str]) -> Odd:
        """Other names for stages, owners, sources, reasons, wherever they stand."""
        for rows in self.tables.values():
            for row in rows:
                row.update({key: names[value] for key, value in row.items() if value in names})
        for old, new in names.items():
            self.pipelines = self.pipelines.replace(quoted(old), quoted(new))
        return self

    def write(self, root: Path) -> Path:
        exports = root / "content/exports"
        exports.mkdir(parents=True)
        site = f'[site]\ntitle = "Odd"\nlang = ["{self.language}"]\ncurrency = "RUB"\n{self.site}'
        head = f"{site}\n[metrics]\n{self.metrics}"
        (root / "funnelbook.toml").write_text(f"{head}\n{self.pipelines}\n{self.more}", encoding="utf-8")
        for name, rows in self.tables.items():
            if rows:
                _write(exports / f"{name}.csv", rows)
        return root


def _write(path: Path, rows: list[Row]) -> None:
    heads = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, heads)
        writer.writeheader()
        writer.writerows(rows)


def quoted(text: str) -> str:
    """A TOML string."""
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text) + '"'


def pipeline(name: str, stages: Iterable[str], more: str = "margin = 0.4", each: str | None = None) -> str:
    """TOML of a pipeline; `each` is what every stage says, else minutes, cost and effort that grow."""
    lines = [f'[[pipelines]]\nname = {quoted(name)}\nwon = ["Won"]\nlost = ["Lost"]\n{more}\n']
    for number, stage in enumerate(stages):
        told = each if each is not None else f"minutes = {20 + 10 * number}\nbuyer_effort = {min(number, 10)}"
        qualifies = "\nqualifies = true" if number == 1 else ""
        movable = "\nmovable = true" if each is None and number in (2, 3) else ""
        lines.append(f"[[pipelines.stages]]\nname = {quoted(stage)}\n{told}{qualifies}{movable}\n")
    return "\n".join(lines)


def ordinary(count: int = 110, stages: tuple[str, ...] = STAGES, seed: int = 7, pipe: str = "main") -> Odd:
    made = Odd(f"as_of = {AS_OF:%Y-%m-%dT%H:%M:%S}\n", pipelines=pipeline(pipe, stages))
    rng = random.Random(seed)
    tables: dict[str, list[Row]] = {"deals": [], "stages": [], "activities": []}
    for number in range(count):
        _deal(f"{pipe[:1]}{number}", rng, stages, pipe, tables)
    months = [f"2025-{month:02d}" for month in range(4, 12)]
    tables["spend"] = [{"month": m, "source": "Ads", "amount": 30_000} for m in months]
    tables["plan"] = [{"month": m, "pipeline": pipe, "owner": who, "sales": 2, "revenue": 200_000}
                      for m in months[1:] for who in OWNERS]  # fmt: skip
    tables["team"] = [{"person": who, "role": "seller", "from": "2024-01-09", "to": "", "hours_per_week": 40}
                      for who in OWNERS]  # fmt: skip
    tables["team"].append({"person": "Olga", "role": "head", "from": "2023-02-01", "to": "", "hours_per_week": 10})
    made.tables = tables
    return made


def _deal(ident: str, rng: random.Random, stages: tuple[str, ...], pipe: str, tables: dict[str, list[Row]]) -> None:
    span = (AS_OF - START).days
    created = START + timedelta(days=rng.randrange(span), hours=rng.randrange(9), minutes=rng.randrange(60))
    at, place, status = created, 0, "open"
    tables["stages"].append({"deal_id": ident, "stage": stages[0], "entered_at": at, "pipeline": pipe})
    while status == "open":
        at += timedelta(days=rng.randint(1, 14), hours=rng.randrange(3))
        if at > AS_OF:
            break
        if rng.random() > 0.68:
            status = "lost"
        elif place + 1 == len(stages):
            status = "won"
        else:
            place += 1
            tables["stages"].append({"deal_id": ident, "stage": stages[place], "entered_at": at, "pipeline": pipe})
    price = 40_000 + 1000 * rng.randrange(120)
    tables["deals"].append(
        {
            "deal_id": ident, "created_at": created, "pipeline": pipe,
            "stage": "Won" if status == "won" else stages[place], "status": status,
            "closed_at": "" if status == "open" else at, "value": price, "list_price": int(price * 1.08),
            "owner": rng.choice(OWNERS), "source": rng.choice(SOURCES),
            "loss_reason": rng.choice(REASONS) if status == "lost" else "", "contact_id": f"c{rng.randrange(170)}",
            "segment": rng.choice(("b2b", "b2c")), "temperature": rng.choice(("hot", "warm", "cold")),
            "next_task_at": AS_OF + timedelta(days=2) if status == "open" and rng.random() < 0.6 else "",
        }
    )  # fmt: skip
    if rng.random() < 0.9:
        tables["activities"].append(
            {
                "deal_id": ident,
                "at": created + timedelta(minutes=rng.randint(1, 300)),
                "kind": "call_out",
                "by": "Anna",
            }
        )


#: name -> the project
ODD: dict[str, Callable[[], Odd]] = {}


def odd(make: Callable[[], Odd]) -> Callable[[], Odd]:
    ODD[make.__name__] = make
    return make


@odd
def no_wins() -> Odd:
    return ordinary().keep(lambda row: row["status"] != "won")


@odd
def no_losses() -> Odd:
    return ordinary().keep(lambda row: row["status"] != "lost")


@odd
def one_stage() -> Odd:
    return ordinary(60, ("Asked",))


@odd
def two_stages() -> Odd:
    return ordinary(80, ("Came in", "Bought"))


@odd
def one_seller() -> Odd:
    made = ordinary().change(owner="Anna")
    made.tables["team"] = [row for row in made.tables["team"] if row["person"] == "Anna"]
    made.tables["plan"] = [row for row in made.tables["plan"] if row["owner"] == "Anna"]
    return made


@odd
def all_open() -> Odd:
    return ordinary().change(status="open", closed_at="", loss_reason="", stage="Asked")


@odd
def zero_costs() -> Odd:
    made = ordinary().without("spend")
    made.pipelines = pipeline("main", STAGES, each="cost = 0\nminutes = 0\nbuyer_effort = 1")
    return made


@odd
def zero_hours() -> Odd:
    made = ordinary()
    for row in made.tables["team"]:
        row["hours_per_week"] = 0
    return made


@odd
def plan_of_future_months() -> Odd:
    made = ordinary()
    made.tables["plan"] = [
        {"month": m, "pipeline": "main", "sales": 5, "revenue": 9e5} for m in ("2026-01", "2026-02")
    ]
    return made


@odd
def plan_of_past_months() -> Odd:
    made = ordinary()
    made.tables["plan"] = [
        {"month": m, "pipeline": "main", "sales": 5, "revenue": 9e5} for m in ("2023-01", "2025-03")
    ]
    return made


@odd
def a_seller_who_left() -> Odd:
    made = ordinary()
    made.tables["team"][0]["to"] = "2025-03-14"
    return made


@odd
def a_contact_with_twenty_deals() -> Odd:
    return ordinary(60).change(contact_id=lambda row: "same" if int(row["deal_id"][1:]) < 20 else row["contact_id"])


def movable(count: int) -> Odd:
    names = tuple(f"Step {number}" for number in range(1, count + 1))
    made = ordinary(60, names)
    made.pipelines = pipeline("main", names, each="minutes = 10\nmovable = true")
    return made


@odd
def sixteen_movable() -> Odd:
    return movable(16)


@odd
def no_values() -> Odd:
    return ordinary().change(value="", list_price="")


@odd
def one_value() -> Odd:
    return ordinary().change(value=50_000, list_price=50_000)


@odd
def all_in_one_day() -> Odd:
    made = ordinary(50).without("stages", "activities")
    made.site = "as_of = 2025-10-20T18:00:00\n"
    closing = lambda row: "" if row["status"] == "open" else "2025-10-20T15:00:00"  # noqa: E731
    return made.change(created_at="2025-10-20T09:00:00", closed_at=closing)


@odd
def a_single_deal() -> Odd:
    made = ordinary().keep(lambda row: row["status"] == "won")
    return made.keep(lambda row: row is made.deals[0])


@odd
def a_single_open_deal() -> Odd:
    made = ordinary().keep(lambda row: row["status"] == "open")
    return made.keep(lambda row: row is made.deals[0]).without("plan", "team", "spend", "activities")


@odd
def lost_of_unknown_stage() -> Odd:
    return ordinary().keep(lambda row: row["status"] == "lost").without("stages").change(stage="Lost")


@odd
def no_owners() -> Odd:
    return ordinary().change(owner="")


@odd
def no_sources() -> Odd:
    return ordinary().change(source="")


@odd
def no_reasons() -> Odd:
    return ordinary().change(loss_reason="")


@odd
def all_spam() -> Odd:
    return ordinary().change(loss_reason=lambda row: "spam" if row["status"] == "lost" else "")


@odd
def closed_before_created() -> Odd:
    earlier = lambda row: row["created_at"] - timedelta(days=3) if row["status"] != "open" else ""  # noqa: E731
    return ordinary(60).without("stages").change(closed_at=earlier)


@odd
def no_activities() -> Odd:
    return ordinary().without("activities", "stages")


@odd
def inferred() -> Odd:
    made = ordinary()
    made.pipelines = ""
    made.tables["stages"] += [
        {"deal_id": row["deal_id"], "stage": "Won" if row["status"] == "won" else "Lost",
         "entered_at": row["closed_at"], "pipeline": "main"}
        for row in made.deals if row["status"] != "open"
    ]  # fmt: skip
    return made


@odd
def bare() -> Odd:
    """Only the required columns and no configuration."""
    made = Odd(metrics="")
    made.tables["deals"] = [
        {key: row[key] for key in ("deal_id", "created_at", "stage", "status")} for row in ordinary(40).deals
    ]
    return made


@odd
def pipelines_equal_up_to_case() -> Odd:
    made = ordinary(90)
    made.pipelines = ""
    names = ("Main", "main", "MAIN")
    made.change(pipeline=lambda row: names[int(row["deal_id"][1:]) % 3])
    return made.without("stages", "plan")


@odd
def overlapping_stints() -> Odd:
    made = ordinary()
    made.tables["team"] += [
        {"person": "Anna", "role": "head", "from": "2025-01-01", "to": "2025-12-31", "hours_per_week": 40},
        {"person": "Anna", "role": "seller", "from": "2025-02-01", "to": "2025-06-30", "hours_per_week": 20},
    ]
    return made


@odd
def buyers_effort_of_zero() -> Odd:
    made = ordinary()
    made.pipelines = pipeline("main", STAGES, each="minutes = 30\nbuyer_effort = 0")
    return made


@odd
def minutes_without_a_rate() -> Odd:
    made = ordinary()
    made.metrics = ""
    return made


@odd
def a_tiny_margin() -> Odd:
    made = ordinary()
    made.pipelines = pipeline("main", STAGES, more="margin = 0.000001")
    return made


@odd
def huge_values() -> Odd:
    return ordinary().change(value=lambda row: 1e12 + row["value"], list_price="")


@odd
def tiny_values() -> Odd:
    return ordinary().change(value=lambda row: "0.01", list_price="0.01")


@odd
def empty_months_between() -> Odd:
    made = ordinary().keep(lambda row: not "2025-05" <= f"{row['created_at']:%Y-%m}" < "2025-08")
    return made.keep(lambda row: not row["closed_at"] or not "2025-05" <= f"{row['closed_at']:%Y-%m}" < "2025-08")


def shifted(days: int, as_of: str) -> Odd:
    """Everything moved by so many days."""
    made = ordinary()
    by = timedelta(days=days)
    for rows in made.tables.values():
        for row in rows:
            row.update({key: value + by for key, value in row.items() if isinstance(value, datetime)})
    made.site = f"as_of = {as_of}\n"
    return made


@odd
def a_year_begins() -> Odd:
    return shifted(73, "2026-01-01T00:30:00")


@odd
def leap_day() -> Odd:
    return shifted(-599, "2024-02-29T23:59:59").without("plan")


HOSTILE = {
    "Asked": "<script>alert(1)</script>",
    "Understood": "\u202eevil\u2028 \u05d0\u05d1",
    "Measured": "{{ 7*7 }} {stage} {n} %s",
    "Offered": "long " + "x" * 190,
    "Agreed": "\"quotes\" 'q' ` & <b>",
    "Anna": "<img src=x onerror=alert(1)>",
    "Boris": "{% raw %}{owner} {0.__class__}",
    "Clara": "\u0645\u0631\u062d\u0628\u0627 \u202e",
    "Site": "site\x07 \ufeff&lt;",
    "Ads": "=cmd|' /C calc'!A0",
    "Friends": "__proto__",
    "Too expensive": "{reason} too expensive </td>",
    "Postponed": "later\nline two",
}


@odd
def hostile_names() -> Odd:
    return ordinary().renamed(HOSTILE)
