"""The account of `hubspot_samples`, as Pipedrive would tell it."""

from __future__ import annotations

#: Deal 12 was lost in the stage where it stood. Times are in the site's zone.
PREFIXED = """\
Deal - ID,Deal - Title,Deal - Owner,Deal - Value,Deal - Currency of value,Deal - Organization,Deal - Pipeline,\
Deal - Contact person,Deal - Contact person ID,Deal - Stage,Deal - Label,Deal - Status,Deal - Deal created,\
Deal - Won time,Deal - Lost time,Deal - Deal closed on,Deal - Lost reason,Deal - Expected close date,\
Deal - Source channel,Person - Phone
11,Secret A,Ann,1000,EUR,Secret Ltd,Sales Pipeline,Jane,501,Contract,Hot,Won,2026-01-05 09:30:00,\
2026-02-01 10:00:00,,2026-02-01 10:00:00,,2026-01-31,Paid Search,+4930123456
12,Secret B,Bob,500,USD,,Sales Pipeline,John,503,Offer,VIP,lost,2026-01-06 10:00:00,\
2026-01-30 10:00:00,2026-02-10 08:00:00,2026-02-10 08:00:00,Price,,Organic Search,
13,Secret C,Ann,,EUR,,Sales Pipeline,,,Offer,"Cold, VIP",open,2026-02-03 11:00:00,,,,,2026-12-31,,
14,Secret D,Bob,0,EUR,,Renewals (EU),,504,Offer,,Open,2026-02-04 11:00:00,,,,,,,
"""

#: Without the prefix, and with other names of the same fields.
PLAIN = (
    PREFIXED.replace("Deal - Deal created", "Add time")
    .replace("Deal - Deal closed on", "Close time")
    .replace("Currency of value", "Currency")
    .replace("Deal - ", "")
)


def change(number: int, deal: int, at: str, field: str, *values: str, **further: object) -> dict[str, object]:
    """An item of a flow; values: old id, old name, new id, new name."""
    old, old_name, new, new_name = values
    data = {
        "id": number,
        "item_id": deal,
        "field_key": field,
        "old_value": old,
        "new_value": new,
        "additional_data": {"old_value_formatted": old_name, "new_value_formatted": new_name},
        "log_time": at,
        "change_source": "app",
    }
    return {"object": "dealChange", "timestamp": at, "data": {**data, **further}}


def answer(items: list[dict[str, object]], **pagination: object) -> dict[str, object]:
    return {"success": True, "data": items, "additional_data": {"pagination": {"start": 0, **pagination}}}


#: One file a deal, newest first, times in UTC. Deal 14 came from the other pipeline.
FLOWS = {
    11: answer(
        [
            {"object": "activity", "timestamp": "2026-01-21 11:00:00", "data": {"id": 7, "subject": "Secret call"}},
            change(31, 11, "2026-01-20 11:00:00", "stage_id", "1", "Appointment", "3", "Contract"),
            change(30, 11, "2026-01-10 11:00:00", "value", "", "", "1000", "1,000"),
        ]
    ),
    12: answer([change(32, 12, "2026-01-15 09:00:00", "stage_id", "1", "Appointment", "2", "Offer")]),
    13: answer(
        [
            change(
                34, 13, "2026-02-12 09:00:00", "stage_id", "1", "Appointment", "2", "Offer", is_bulk_update_flag=1
            ),
            change(33, 13, "2026-02-04 09:00:00", "user_id", "5", "Bob", "6", "Ann"),
        ]
    ),
    14: answer(
        [
            change(37, 14, "2026-02-05 10:00:00", "stage_id", "1", "Appointment", "9", "Offer"),
            change(36, 14, "2026-02-05 10:00:00", "pipeline", "1", "Sales Pipeline", "2", "Renewals (EU)"),
        ]
    ),
}
