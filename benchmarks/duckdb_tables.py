"""The tables of metrics.md in DuckDB SQL, tuned: the measure that the program's own pipeline is held against.

It takes for granted what the program checks: no rejected, duplicate or foreign row, no missing closing time, one
currency. Enums for every name; one window over the history; one aggregation a deal that is wide in positions; counts from
combinations of attributes and not from deals; exact quantiles with grouping sets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb
import polars as pl

from funnelbook.project import Project

Z = 1.959963984540054


@dataclass(frozen=True)
class Stage:
    """An open stage: what it costs us a deal, and whether it qualifies."""

    name: str
    cost: float
    qualifies: bool = False


@dataclass(frozen=True)
class Line:
    """A pipeline: its open stages in order, its closings."""

    name: str
    stages: tuple[Stage, ...]
    won: str
    lost: str


@dataclass(frozen=True)
class Job:
    """`read` is a SQL function call pattern, such as "read_parquet('folder/{}.parquet')"."""

    read: str
    lines: tuple[Line, ...]
    timezone: str
    as_of: str
    target_minutes: float
    causes: tuple[tuple[str, str, str], ...]
    threads: int = 2

    @property
    def widest(self) -> int:
        return max(len(line.stages) for line in self.lines)

    def table(self, name: str) -> str:
        return self.read.format(name)


DIMENSIONS = ("source", "owner", "role", "segment")


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def month_number(job: Job) -> str:
    """A pattern for the local month of an instant, as year * 12 + month - 1."""
    local = f"timezone('{job.timezone}', {{0}})"
    return f"(year({local}) * 12 + month({local}) - 1)::smallint"


def month_name(column: str) -> str:
    return f"case when {column} < 0 then 'all' else printf('%04d-%02d', ({column} // 12)::int, ({column} % 12 + 1)::int) end"


def setup(job: Job) -> list[str]:
    """Small tables of the pipelines."""
    codes, stages = [], []
    for number, line in enumerate(job.lines):
        for position, stage in enumerate(line.stages, 1):
            codes.append(f"({number}, {quoted(line.name)}, {quoted(stage.name)}, {position})")
            stages.append(f"({number}, {position}, {quoted(stage.name)}, {stage.cost}, {stage.qualifies})")
        codes.append(f"({number}, {quoted(line.name)}, {quoted(line.won)}, 254)")
        codes.append(f"({number}, {quoted(line.name)}, {quoted(line.lost)}, 255)")
    lines = ", ".join(f"({n}, {quoted(line.name)}, {len(line.stages)})" for n, line in enumerate(job.lines))
    return [
        f"set threads = {job.threads}",
        "set timezone = 'UTC'",
        "set preserve_insertion_order = false",
        f"create temp table codes as select * from (values {', '.join(codes)}) t(p, pipeline, stage, code)",
        f"create temp table steps as select p::utinyint p, position::utinyint position, stage, cost, qualifies "
        f"from (values {', '.join(stages)}) t(p, position, stage, cost, qualifies)",
        f"create temp table lines as select p::utinyint p, pipeline, k::utinyint k from (values {lines}) t(p, pipeline, k)",
    ]


def facts(job: Job) -> list[str]:
    """One row a deal, dense, with its role, its cause and its local months."""
    when = " ".join(
        f"when regexp_matches(reason, {quoted(pattern)}, 'i') then {quoted(f'{cause}/{party}')}"
        for pattern, cause, party in job.causes
    )
    month = month_number(job)
    return [
        f"""create temp table quarters as
        select epoch_us(moment) // 900000000 as quarter, {month.format("moment")} as month
        from (select unnest(generate_series(date_trunc('day', least(
            (select min(created_at) from {job.table("deals")}), (select min(entered_at) from {job.table("stages")}))),
            timestamptz {quoted(job.as_of)}, interval 15 minutes)) as moment)""",
        f"create temp table team as select * from {job.table('team')}",
        f"create temp table spent as select * from {job.table('spend')}",
        f"""create temp table reasons as
        select folded, reason, case when reason is null then 'none/drifted' {when} else 'other/declined' end as verdict
        from (select lower(nullif(trim(loss_reason), '')) as folded,
                min_by(nullif(trim(loss_reason), ''), file_row_number) as reason
              from {job.table("deals").replace(")", ", file_row_number = true)")} group by folded)""",
        *(
            f"create type {name}_name as enum (select distinct {name} from {job.table('deals')} where {name} <> '')"
            for name in ("source", "owner", "segment")
        ),
        "create type role_name as enum (select distinct role from team)",
        "create type status_name as enum ('open', 'won', 'lost')",
        f"""create temp table deals as
        select row_number() over () - 1 as deal, d.deal_id, l.p, l.k, d.created_at, d.closed_at,
          greatest(d.closed_at, d.created_at) as ended_at, d.status::status_name as status,
          case when d.value > 0 then d.value end as value, nullif(d.source, '')::source_name as source,
          nullif(d.owner, '')::owner_name as owner, nullif(d.segment, '')::segment_name as segment,
          (select t.role from team t where t.person = d.owner
            order by (coalesce(t."from"::date, date '1900-01-01') <= timezone('{job.timezone}', d.created_at)::date
              and coalesce(t."to"::date, date '2999-01-01') >= timezone('{job.timezone}', d.created_at)::date) desc,
              t."from" desc limit 1)::role_name as role,
          lower(nullif(trim(d.loss_reason), '')) as folded, c.code as position,
          cq.month as month, eq.month as closed_month
        from {job.table("deals")} d join lines l on l.pipeline = d.pipeline
          join quarters cq on cq.quarter = epoch_us(d.created_at) // 900000000
          left join quarters eq on d.status <> 'open'
            and eq.quarter = epoch_us(greatest(d.closed_at, d.created_at)) // 900000000
          left join codes c on c.p = l.p and c.stage = d.stage and c.code < 254""",
    ]


def history() -> list[str]:
    """Visits, from one window over the history."""
    return [
        """create temp table visits as
        with records as (
          select d.deal, epoch_us(s.entered_at) as ts, c.code, s.file_row_number as line
          from entries s join deals d on d.deal_id = s.deal_id join codes c on c.p = d.p and c.stage = s.stage
        ), earliest as (select deal, min_by(code, (ts, line)) as code, min(ts) as ts from records group by deal),
        added as (
          select deal, epoch_us(created_at) as ts, 1 as code, -1 as line
          from earliest join deals using (deal) where earliest.ts > epoch_us(created_at) and earliest.code <> 1
        ), all_rows as (from records union all from added)
        select deal, code, ts, q.month as at_month, line,
          lead(ts) over w as next_at,
          lag(case when code < 254 then code end ignore nulls) over w as before,
          lead(case when code < 254 then q.month end ignore nulls) over w as moved_month,
          code >= 254 and lead(code) over w < 254 as reopens
        from all_rows join quarters q on q.quarter = ts // 900000000 window w as (partition by deal order by ts, line)""",
    ]


def ways(widest: int) -> list[str]:
    """One row a deal, wide in positions: what it stood at, when first, how long."""
    positions = range(1, widest + 1)
    firsts = ", ".join(f"min(at_month) filter (code >= {i} and code < 254) as first_{i}" for i in positions)
    lengths = ", ".join(
        f"sum(coalesce(next_at, epoch_us(closed_at)) - ts) filter (code = {i}) as long_{i}, "
        f"bool_or(coalesce(next_at, epoch_us(closed_at)) < ts) filter (code = {i}) as negative_{i}"
        for i in positions
    )
    begun = "case when not has_history then month end"  # without a history only the creation is known
    won_first = ", ".join(
        f"least(first_{i}, won_at{f', {begun}' if i == 1 else ''}) as first_{i}" for i in positions
    )
    return [
        f"""create temp table walked as
        select deal, bit_or(case when code < 254 then 1 << code::int else 0 end) as stood,
          max(code) filter (code < 254) as seen, max(code) filter (next_at is null) as last_code,
          max(code) filter (code < 254 and moved_month is null) as last_position, coalesce(bool_or(code < before and code < 254), false) as moved_back,
          coalesce(bool_or(reopens), false) as reopened, {firsts}, {lengths}
        from visits join deals using (deal) group by deal""",
        f"""create temp table way as
        select * replace ({won_first}) from (
        select d.*, w.* exclude (deal, stood, seen, moved_back, reopened),
          w.deal is not null as has_history,
          case when status = 'won' then closed_month end as won_at,
          position is not null and not coalesce((w.stood >> position::int) & 1 = 1, false) as unseen,
          coalesce(moved_back, false) or coalesce(position < seen and not (stood >> position::int) & 1 = 1, false)
            as moved_back,
          coalesce(reopened, false) as reopened,
          case when status = 'won' then k + 1
            when w.deal is null and status = 'lost' then position
            when w.deal is null then coalesce(position, 1)
            else greatest(seen, coalesce(position, 0)) end as f,
          case when w.deal is not null then stood | case when position is null then 0 else 1 << position::int end
            when status = 'won' then (1 << (k + 1)::int) - 2
            when status = 'open' then (1 << (coalesce(position, 1) + 1)::int) - 2
            else 1 << coalesce(position, 1)::int end as stood
        from deals d left join walked w using (deal))""",
    ]


def money(job: Job) -> list[str]:
    """The cost of each deal, and how long it waited for an answer."""
    return [
        """create temp table share as
        select s.month, s.source, s.amount / count(*) as each
        from (select (left(month, 4)::int * 12 + right(month, 2)::int - 1)::smallint as month, source,
                sum(amount) as amount from spent group by all) s
        join deals d on d.month = s.month and d.source::varchar = s.source group by s.month, s.source, s.amount""",
        f"""create temp table answered as
        select deal, (min(epoch_us(a."at")) - any_value(epoch_us(created_at))) / 6e7 as minutes
        from {job.table("activities")} a join deals d using (deal_id)
        where kind in ('call_out', 'email_out', 'message_out', 'meeting') and a."at" >= created_at group by deal""",
        """create temp table paths as
        select p, stood, sum(cost) filter (stood >> position::int & 1 = 1) as cost
        from (select distinct p, stood from way) join steps using (p) group by p, stood""",
        """create temp table full_way as
        select w.*, coalesce(c.cost, 0) + coalesce(s.each, 0) as cost, a.minutes, v.verdict, v.reason
        from way w left join paths c using (p, stood)
          left join share s on s.month = w.month and s.source = w.source::varchar
          left join answered a using (deal) left join reasons v on v.folded is not distinct from w.folded""",
    ]


def sets(*keys: str) -> str:
    """Grouping sets for `all` and for each dimension."""
    return ", ".join(f"({', '.join((*keys, *more))})" for more in ((), *((name,) for name in DIMENSIONS)))


def named() -> str:
    """The columns dimension and member of a grouping set."""
    cases = " ".join(f"when grouping({name}) = 0 then '{name}'" for name in DIMENSIONS)
    members = " ".join(f"when grouping({name}) = 0 then coalesce({name}::varchar, '—')" for name in DIMENSIONS)
    return f"case {cases} else 'all' end as dimension, case {members} else 'all' end as member"


def wilson(successes: str, trials: str, name: str) -> str:
    """Low and high of Wilson's interval, null without trials."""
    p, n = f"({successes} / {trials})", f"({trials})"
    centre = f"({p} + {Z * Z / 2} / {n}) / (1 + {Z * Z} / {n})"
    half = f"({Z} / (1 + {Z * Z} / {n})) * sqrt({p} * (1 - {p}) / {n} + {Z * Z / 4} / ({n} * {n}))"
    low, high = f"greatest(0, {centre} - {half})", f"least(1, {centre} + {half})"
    some = f"{n} is not null"
    return f"case when {some} then {low} end as {name}_low, case when {some} then {high} end as {name}_high"


def funnel(widest: int) -> list[str]:
    """Table `funnel`."""
    dims = ", ".join(DIMENSIONS)
    both = sets("p") + ", " + sets("p", "month")
    bits = range(1, widest + 1)
    skipped = ", ".join(
        f"sum(n) filter (f > {i} and stood >> {i} & 1 = 0) as skipped_{i}, sum(n) filter (f >= {i}) as reached_{i}, "
        f"sum(n) filter (f = {i} and status = 'lost') as lost_{i}, sum(n) filter (f = {i} and status = 'open') as open_{i}"
        for i in bits
    )
    struct = ", ".join(
        f"{{'i': {i}, 'skipped': skipped_{i}, 'reached': reached_{i}, 'lost': lost_{i}, 'open': open_{i}}}"
        for i in bits
    )
    times = " union all ".join(
        f"select p, month, {dims}, {i} as position, long_{i} as long from full_way "
        f"where long_{i} is not null and not coalesce(negative_{i}, false) "
        f"and not (status = 'open' and (last_code = {i} or position = {i})) "
        f"and not (unseen and last_position = {i} and not (status = 'open' and last_code >= 254))"
        for i in bits
    )
    return [
        f"""create temp table combos as
        select p, month, {dims}, f, status, stood, count(*) as n from full_way group by all""",
        f"""create temp table counted as
        select p, month, dimension, member, total, unknown, wins, unnest([{struct}]) as c from (
          select p, coalesce(month, -1) as month, {named()}, sum(n) as total,
            coalesce(sum(n) filter (f is null), 0) as unknown, coalesce(sum(n) filter (status = 'won'), 0) as wins,
            {skipped}
          from combos group by grouping sets ({both}))""",
        f"""create temp table timed as
        select p, coalesce(month, -1) as month, {named()}, position, count(*) as timed,
          quantile_cont(long, [0.5, 0.75, 0.9]) as q
        from ({times})
        group by grouping sets ({both.replace("(p", "(position, p")})""",
        f"""create temp table funnel as
        with base as (
          select c.p, month, dimension, member, c.c.i as position, unknown, wins,
            coalesce(c.c.reached, 0) + case when c.c.i = 1 then unknown else 0 end as reached,
            coalesce(c.c.lost, 0) + case when c.c.i = 1 then unknown else 0 end as lost,
            coalesce(c.c.open, 0) as open, coalesce(c.c.skipped, 0) as skipped,
            coalesce(c.c.reached, 0) as known
          from counted c join lines l on l.p = c.p and c.c.i <= l.k
        ), steps_on as (
          select *, reached - lost - open as advanced, first_value(reached) over w as entered,
            lead(known) over w as next_known
          from base window w as (partition by p, month, dimension, member order by position)
        )
        select month as cohort, pipeline, dimension, member, position, stage, reached, advanced, lost, open, skipped,
          unknown as unknown_lost, advanced / nullif(reached, 0) as conversion, {wilson("advanced", "nullif(reached, 0)", "conversion")},
          case when k = 1 then wins else coalesce(next_known, wins) end / nullif(known + unknown, 0) as bound_low,
          case when k = 1 then wins / nullif(known + unknown, 0) when position = k then wins / nullif(known, 0)
            else (next_known + unknown) / nullif(known + unknown, 0) end as bound_high,
          advanced / nullif(advanced + lost, 0) as decided, reached / entered as from_first,
          coalesce(timed, 0) as timed, q[1] / 8.64e10 as median_days, q[2] / 8.64e10 as p75_days, q[3] / 8.64e10 as p90_days
        from steps_on s join lines using (p) join steps using (p, position)
          left join timed t using (p, month, dimension, member, position)
        union all by name
        select distinct month as cohort, pipeline, dimension, member, k + 1 as position, 'won' as stage, wins as reached,
          wins / total as from_first from counted join lines using (p)""",
    ]


def others(job: Job) -> list[str]:
    """Tables `ways`, `by_age`, `monthly`, `entries`, `losses`."""
    widest = job.widest
    as_of = f"epoch_us(timestamptz {quoted(job.as_of)})"
    last_instant = f"epoch_us(timezone('{job.timezone}', make_date(month // 12, month % 12 + 1, 1)::timestamp + interval 1 month))"
    events = " union all ".join(
        f"select p, deal, {i} as position, first_{i} as ts, {f'first_{i + 1}' if i < widest else 'null'} as next_first, "
        f"won_at, k from full_way where first_{i} is not null and {i} <= k"
        for i in range(1, widest + 1)
    )
    qualifying = " ".join(f"when p = {n} then {q}" for n, q in _qualifying(job))
    first_qualified = "case " + " ".join(f"when {i} then first_{i}" for i in range(1, widest + 1))
    first_qualified = first_qualified.replace(
        "case ", f"case (case {qualifying} end) " if qualifying else "case null ", 1
    )
    return [
        """create temp table ways as
        select coalesce(month, -1) as cohort, p, count(*) as deals, count(*) filter (has_history) as basis_history,
          count(*) filter (not has_history) as basis_current,
          count(*) filter (f is not null and bit_count(stood & ((1 << f::int) - 1) & -2) < f - 1) as skipping,
          count(*) filter (moved_back) as moved_back, count(*) filter (reopened) as reopened,
          count(*) filter (f is null) as unknown_lost
        from full_way group by grouping sets ((p), (p, month))""",
        f"""create temp table by_age as
        with cohorts as (
          select month as cohort, p, age, count(*) as deals,
            count(*) filter (status = 'won' and epoch_us(closed_at) - epoch_us(created_at) <= age * 86400000000) as won,
            {last_instant} + age * 86400000000 <= {as_of} as mature
          from full_way, (values (30), (60), (90), (180), (365)) t(age) group by month, p, age)
        select cohort, p, age, deals, won, case when mature then won / deals end as share, mature from cohorts
        union all select -1, p, age, coalesce(sum(deals) filter (mature), 0), coalesce(sum(won) filter (mature), 0),
          sum(won) filter (mature) / sum(deals) filter (mature), bool_or(mature) from cohorts group by p, age""",
        f"""create temp table happened as
        select p, month, {", ".join(DIMENSIONS)}, 'created' as what, null::varchar as status, null::varchar as party,
          null::double as value, null::bigint as cycle, minutes, null::double as cost,
          epoch_us(created_at) + {job.target_minutes * 6e7} <= {as_of} as due from full_way
        union all by name
        select p, closed_month as month, {", ".join(DIMENSIONS)}, 'closed' as what, status,
          case when status = 'lost' then split_part(verdict, '/', 2) end as party,
          case when status = 'won' then value end as value,
          case when status = 'won' and closed_at >= created_at then epoch_us(closed_at) - epoch_us(created_at) end as cycle,
          cost from full_way where status <> 'open'
        union all by name
        select p, ts as month, {", ".join(DIMENSIONS)}, 'qualified' as what
        from (select *, {first_qualified} end as ts from full_way) where ts is not null""",
        f"""create temp table monthly as
        select month, p, {named()}, count(*) filter (what = 'created') as created,
          count(*) filter (what = 'qualified') as qualified, count(*) filter (status = 'won') as won,
          count(*) filter (status = 'lost') as lost, count(*) filter (party = 'refused') as refused,
          count(*) filter (party = 'declined') as declined, count(*) filter (party = 'drifted') as drifted,
          coalesce(sum(value), 0) as revenue, avg(value) as average_sale,
          count(*) filter (status = 'won') / nullif(count(*) filter (what = 'closed'), 0) as win_rate,
          {wilson("count(*) filter (status = 'won')", "nullif(count(*) filter (what = 'closed'), 0)", "win_rate")},
          quantile_cont(cycle, [0.5, 0.9]) as cycle_quantiles, median(minutes) as response_median_minutes,
          count(*) filter (due and minutes <= {job.target_minutes}) / nullif(count(*) filter (due), 0) as in_target,
          coalesce(sum(cost), 0) as cost, sum(cost) / nullif(count(*) filter (status = 'won'), 0) as cost_of_sale
        from happened group by grouping sets ({sets("p", "month")})""",
        f"""create temp table passes as
        select p, position, ts, case when position = k then won_at else coalesce(next_first, won_at) end as on_at
        from ({events})""",
        """create temp table entries_table as
        with moved as (
          select p, position, ts as month, 'entered' as what from passes
          union all select p, position, on_at, 'forward' from passes where on_at is not null
          union all select p, coalesce(f, 1), closed_month, 'lost' from full_way where status = 'lost')
        select p, position, month, count(*) filter (what = 'entered') as entered,
          count(*) filter (what = 'forward') as left_forward, count(*) filter (what = 'lost') as left_lost
        from moved group by p, position, month""",
        """create temp table standing_at_end as
        with spans as (
          select d.p, v.code as position, coalesce(d.closed_month, 32000) as until,
            case when v.before is null then d.month else greatest(d.month, v.at_month) end as since,
            case when v.moved_month is null then 32000 else greatest(d.month, v.moved_month) end as till
          from visits v join deals d using (deal) where v.code < 254
          union all select p, 1, coalesce(closed_month, 32000), month, 32000 from full_way where not has_history
        ), counted as (
          select p, position, least(since, until) as since, least(till, until) as till, count(*) as n
          from spans group by all
        ), months as (select distinct month from monthly), today as (select max(month) as month from months)
        select m.month, p, position, sum(n)::bigint as at_end
        from months m join counted on since <= m.month and till > m.month
        where m.month < (select month from today) group by m.month, p, position
        union all select (select month from today), p, coalesce(position, last_position, 1), count(*)
        from full_way where status = 'open' group by all""",
        """create temp table losses as
        select closed_month as month, p, f, verdict, reason, count(*) as deals, sum(value) as value, sum(cost) as cost
        from full_way where status = 'lost' group by all""",
    ]


def _qualifying(job: Job) -> Sequence[tuple[int, int]]:
    found = []
    for number, line in enumerate(job.lines):
        found += [(number, i) for i, stage in enumerate(line.stages, 1) if stage.qualifies]
    return found


def run(job: Job) -> duckdb.DuckDBPyConnection:
    """Runs the whole job; the tables stay in the connection."""
    connection = duckdb.connect()
    entries = (
        f"create temp view entries as select deal_id, stage, entered_at, file_row_number "
        f"from {job.table('stages').replace(')', ', file_row_number = true)')}"
        if "parquet" in job.read
        else f"create temp table entries as select *, row_number() over () as file_row_number from {job.table('stages')}"
    )
    statements = [*setup(job), *facts(job), entries, *history(), *ways(job.widest), *money(job)]
    for statement in [*statements, *funnel(job.widest), *others(job)]:
        connection.execute(statement)
    return connection


def job_of(project: Project, read: str, threads: int) -> Job:
    """The job of a project whose pipelines are declared and whose as_of is set."""
    rate = project.metrics.hour_rate or 0
    lines = tuple(
        Line(
            one.name,
            tuple(
                Stage(s.name, s.cost if s.cost is not None else (s.minutes or 0) / 60 * rate, s.qualifies)
                for s in one.stages
            ),
            one.won[0],
            one.lost[0],
        )
        for one in project.pipelines
    )
    assert project.site.as_of is not None
    causes = tuple((rule.pattern, rule.cause, rule.party) for rule in project.loss_rules)
    zone, target = str(project.site.timezone), project.metrics.answer_target_minutes
    return Job(read, lines, zone, project.site.as_of.isoformat(), target, causes, threads)


#: The tables with the contract's columns, from the tables that the statements above leave behind.
CONTRACT = {
    "funnel": f"select {month_name('cohort')} as cohort, * exclude (cohort) from funnel",
    "ways": f"""select {month_name("cohort")} as cohort, pipeline, deals, basis_history, 0 as basis_snapshots, basis_current, skipping, moved_back,
        reopened, unknown_lost from ways join lines using (p)""",
    "by_age": f"""select {month_name("cohort")} as cohort, pipeline, age as age_days, deals, won, share, mature
        from by_age join lines using (p)""",
    "monthly": f"""select {month_name("month")} as month, pipeline, dimension, member, created, qualified, won, lost, refused, declined, drifted,
        revenue, average_sale, win_rate, win_rate_low, win_rate_high, cycle_quantiles[1] / 8.64e10 as cycle_median_days,
        cycle_quantiles[2] / 8.64e10 as cycle_p90_days, response_median_minutes, in_target as answered_in_target, cost,
        cost_of_sale from monthly join lines using (p)""",
    "entries": f"""with every as (
          select m.month, steps.p, position from (select distinct month, p from monthly where dimension = 'all') m
          join steps using (p))
        select {month_name("month")} as month, pipeline, stage, coalesce(entered, 0) as entered, coalesce(left_forward, 0) as left_forward,
          coalesce(left_lost, 0) as left_lost, coalesce(at_end, 0) as at_end
        from every left join entries_table using (month, p, position) left join standing_at_end using (month, p, position)
        join lines using (p) join steps using (p, position)""",
    "losses": f"""select {month_name("month")} as month, pipeline, coalesce(stage, '—') as stage, split_part(verdict, '/', 1) as cause,
          split_part(verdict, '/', 2) as party, coalesce(reason, '—') as reason, deals, value, l.cost
        from losses l join lines using (p) left join steps s on s.p = l.p and s.position = l.f""",
}


def tables(connection: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """Every table of the finished job, by name."""
    found = {}
    for name, query in CONTRACT.items():
        answer = connection.execute(query)
        columns = [column[0] for column in answer.description]
        rows = [tuple(float(v) if isinstance(v, Decimal) else v for v in row) for row in answer.fetchall()]
        found[name] = pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)
    return found
