"""The account of `hubspot_samples`, as Pipedrive would tell it."""

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
