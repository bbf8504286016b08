"""The tables of metrics.md in DuckDB SQL, tuned: the measure that the program's own pipeline is held against.

It takes for granted what the program checks: no rejected, duplicate or foreign row, no missing closing time, one
currency. Enums for every name; one window over the history; one aggregation a deal that is wide in positions; counts from
combinations of attributes and not from deals; exact quantiles with grouping sets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

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
    month = f"strftime(timezone('{job.timezone}', {{}}), '%Y-%m')"
    return [
        f"create temp table team as select * from {job.table('team')}",
        f"create temp table spent as select * from {job.table('spend')}",
        f"""create temp table reasons as
        select reason, case when reason is null then 'none/drifted' {when} else 'other/declined' end as verdict
        from (select distinct nullif(trim(loss_reason), '') as reason from {job.table("deals")})""",
        f"""create temp table deals as
        select row_number() over () - 1 as deal, d.deal_id, l.p, l.k, d.created_at, d.closed_at, d.status,
          case when d.value > 0 then d.value end as value,
          nullif(d.source, '') as source, nullif(d.owner, '') as owner, nullif(d.segment, '') as segment,
          (select t.role from team t where t.person = d.owner
            order by (coalesce(t."from"::date, date '1900-01-01') <= timezone('{job.timezone}', d.created_at)::date
              and coalesce(t."to"::date, date '2999-01-01') >= timezone('{job.timezone}', d.created_at)::date) desc,
              t."from" desc limit 1) as role,
          nullif(trim(d.loss_reason), '') as reason,
          (select code from codes c where c.p = l.p and c.stage = d.stage and c.code < 254) as position,
          {month.format("d.created_at")} as month,
          case when d.status <> 'open' then {month.format("d.closed_at")} end as closed_month
        from {job.table("deals")} d join lines l on l.pipeline = d.pipeline""",
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
        select deal, code, ts,
          lead(ts) over w as next_at,
          lag(case when code < 254 then code end ignore nulls) over w as before,
          code >= 254 and lead(code) over w < 254 as reopens
        from all_rows window w as (partition by deal order by ts, line)""",
    ]


def ways(widest: int) -> list[str]:
    """One row a deal, wide in positions: what it stood at, when first, how long."""
    positions = range(1, widest + 1)
    firsts = ", ".join(f"min(ts) filter (code >= {i} and code < 254) as first_{i}" for i in positions)
    lengths = ", ".join(
        f"sum(coalesce(next_at, epoch_us(closed_at)) - ts) filter (code = {i}) as long_{i}, "
        f"bool_or(coalesce(next_at, epoch_us(closed_at)) < ts) filter (code = {i}) as negative_{i}"
        for i in positions
    )
    begun = (
        "case when not has_history then epoch_us(created_at) end"  # without a history only the creation is known
    )
    won_first = ", ".join(
        f"least(first_{i}, won_at{f', {begun}' if i == 1 else ''}) as first_{i}" for i in positions
    )
    return [
        f"""create temp table walked as
        select deal, bit_or(case when code < 254 then 1 << code::int else 0 end) as stood,
          max(code) filter (code < 254) as seen, coalesce(bool_or(code < before and code < 254), false) as moved_back,
          coalesce(bool_or(reopens), false) as reopened, {firsts}, {lengths}
        from visits join deals using (deal) group by deal""",
        f"""create temp table way as
        select * replace ({won_first}) from (
        select d.*, w.* exclude (deal, stood, seen, moved_back, reopened),
          w.deal is not null as has_history,
          case when status = 'won' then epoch_us(closed_at) end as won_at,
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
        from (select month, source, sum(amount) as amount from spent group by all) s
        join deals d on d.month = s.month and d.source = s.source group by s.month, s.source, s.amount""",
        f"""create temp table answered as
        select deal, (min(epoch_us(a."at")) - any_value(epoch_us(created_at))) / 6e7 as minutes
        from {job.table("activities")} a join deals d using (deal_id)
        where kind in ('call_out', 'email_out', 'message_out', 'meeting') and a."at" >= created_at group by deal""",
        """create temp table paths as
        select p, stood, sum(cost) filter (stood >> position::int & 1 = 1) as cost
        from (select distinct p, stood from way) join steps using (p) group by p, stood""",
        """create temp table full_way as
        select w.*, coalesce(c.cost, 0) + coalesce(s.each, 0) as cost, a.minutes, v.verdict
        from way w left join paths c using (p, stood)
          left join share s on s.month = w.month and s.source = w.source
          left join answered a using (deal) left join reasons v on v.reason is not distinct from w.reason""",
    ]


def sets(*keys: str) -> str:
    """Grouping sets for `all` and for each dimension."""
    return ", ".join(f"({', '.join((*keys, *more))})" for more in ((), *((name,) for name in DIMENSIONS)))


def named() -> str:
    """The columns dimension and member of a grouping set."""
    cases = " ".join(f"when grouping({name}) = 0 then '{name}'" for name in DIMENSIONS)
    members = " ".join(f"when grouping({name}) = 0 then coalesce({name}, '—')" for name in DIMENSIONS)
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
        f"where long_{i} is not null and not coalesce(negative_{i}, false) and (status <> 'open' or not here_{i})"
        for i in bits
    )
    here = ", ".join(f"last_code = {i} as here_{i}" for i in bits)
    return [
        f"""create temp table combos as
        select p, month, {dims}, f, status, stood, count(*) as n from full_way group by all""",
        f"""create temp table counted as
        select p, month, dimension, member, total, unknown, wins, unnest([{struct}]) as c from (
          select p, coalesce(month, 'all') as month, {named()}, sum(n) as total,
            coalesce(sum(n) filter (f is null), 0) as unknown, coalesce(sum(n) filter (status = 'won'), 0) as wins,
            {skipped}
          from combos group by grouping sets ({both}))""",
        "create temp table standing as select deal, arg_max(code, (ts, line)) as last_code from "
        "(select deal, code, ts, rowid as line from visits where next_at is null) group by deal",
        f"create temp view timed_ways as select w.*, {here} from full_way w left join standing using (deal)",
        f"""create temp table timed as
        select p, coalesce(month, 'all') as month, {named()}, position, count(*) as timed,
          quantile_cont(long, [0.5, 0.75, 0.9]) as q
        from ({times.replace("from full_way", "from timed_ways")})
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
          coalesce(timed, 0) as timed, q[1] / 8.64e10 as median_days, q[2] / 8.64e10 as p75_days, q[3] / 8.64e10 as p90
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
    last_instant = f"epoch_us(timezone('{job.timezone}', strptime(month || '-01', '%Y-%m-%d') + interval 1 month))"
    events = " union all ".join(
        f"select p, deal, {i} as position, first_{i} as ts, {f'first_{i + 1}' if i < widest else 'null'} as next_first, "
        f"won_at, k from full_way where first_{i} is not null and {i} <= k"
        for i in range(1, widest + 1)
    )
    month_of = f"strftime(timezone('{job.timezone}', make_timestamptz({{}})), '%Y-%m')"
    qualifying = " ".join(f"when p = {n} then {q}" for n, q in _qualifying(job))
    first_qualified = "case " + " ".join(f"when {i} then first_{i}" for i in range(1, widest + 1))
    first_qualified = first_qualified.replace(
        "case ", f"case (case {qualifying} end) " if qualifying else "case null ", 1
    )
    return [
        """create temp table ways as
        select coalesce(month, 'all') as cohort, p, count(*) as deals, count(*) filter (has_history) as basis_history,
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
        union all select 'all', p, age, coalesce(sum(deals) filter (mature), 0), coalesce(sum(won) filter (mature), 0),
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
        select p, {month_of.format("ts")} as month, {", ".join(DIMENSIONS)}, 'qualified' as what
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
        f"""create temp table entries_table as
        with moved as (
          select p, position, {month_of.format("ts")} as month, 'entered' as what from passes
          union all select p, position, {month_of.format("on_at")}, 'forward' from passes where on_at is not null
          union all select p, coalesce(f, 1), closed_month, 'lost' from full_way where status = 'lost')
        select p, position, month, count(*) filter (what = 'entered') as entered,
          count(*) filter (what = 'forward') as left_forward, count(*) filter (what = 'lost') as left_lost
        from moved group by p, position, month""",
        f"""create temp table standing_at_end as
        with spans as (
          select p, position, {month_of.format("ts")} as since,
            coalesce({month_of.format("until")}, '9999-12') as till
          from (select d.p, v.code as position, v.ts, coalesce(v.next_at, epoch_us(d.closed_at)) as until
                from visits v join deals d using (deal) where v.code < 254
                union all select p, coalesce(position, 1), epoch_us(created_at), epoch_us(closed_at)
                from full_way where not has_history))
        select m.month, p, position, count(*) as at_end
        from (select distinct month from monthly) m join spans on since <= m.month and till > m.month
        group by m.month, p, position""",
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
