"""Exports of an imaginary HubSpot account, by labels and by internal names."""

#: Deal 11 was won past a skipped stage, 12 lost in its second stage, 13 is open with a forecast, 14 is of another
#: pipeline that has a stage of the same name.
LABELS = '''\
Record ID,Deal Name,Deal Stage,Pipeline,Amount,Currency,Close Date,Create Date,Deal owner,Associated Contact IDs,\
Original Source,Closed Lost Reason,Is Closed Won,Is closed lost,Is Deal Closed?,\
"Date entered ""Appointment (Sales Pipeline)""","Date exited ""Appointment (Sales Pipeline)""",\
"Date entered ""Offer (Sales Pipeline)""","Date entered ""Offer (Renewals (EU))""",\
"Date entered ""Contract (Sales Pipeline)""","Date entered ""Closed Won (Sales Pipeline)""",\
"Date entered ""Closed Lost (Sales Pipeline)""","Cumulative time in ""Offer (Sales Pipeline)""",Phone Number
11,Secret A,Closed Won,Sales Pipeline,1000,EUR,2026-02-01 10:00,2026-01-05 09:30,Ann,501;502,Paid Search,,true,\
false,true,2026-01-05 09:30,2026-01-20 12:00,(No value),,2026-01-20 12:00,2026-02-01 10:00,,,+4930123456
12,Secret B,Closed Lost,Sales Pipeline,500,USD,2026-02-10 08:00,2026-01-06 10:00,Bob,503,Organic Search,Price,\
false,true,true,2026-01-06 10:00,2026-01-15 10:00,2026-01-15 10:00,,,,2026-02-10 08:00,2246400,
13,Secret C,Offer,Sales Pipeline,,EUR,2026-12-31 23:59,2026-02-03 11:00,Ann,(No value),(No value),,false,\
false,false,2026-02-03 11:00,2026-02-12 10:00,2026-02-12 10:00,,,,,,
14,Secret D,Offer,Renewals (EU),0,EUR,2026-02-28 00:00,2026-02-04 11:00,Bob,504,,,false,false,false,\
,,,2026-02-04 11:00,,,,,
'''

#: The same deals, as their ids and internal names, dates in the forms of the API.
NAMES = """\
hs_object_id,dealname,dealstage,pipeline,amount,deal_currency_code,closedate,createdate,hubspot_owner_id,\
hs_analytics_source,closed_lost_reason,hs_is_closed_won,hs_is_closed,hs_v2_date_entered_appointmentscheduled,\
hs_date_entered_offer77,hs_v2_date_entered_offer77_20731,hs_v2_date_entered_990011,\
hs_v2_date_entered_d2a08d6f_cc04_4423_9215_594fe682e538_1234567,hs_v2_date_entered_closedwon,\
hs_v2_date_entered_closedlost,hs_v2_date_entered_current_stage,hs_v2_cumulative_time_in_990011
11,Secret A,closedwon,default,1000,EUR,2026-02-01T09:00:00Z,1767601800000,Ann,\
Paid Search,,true,true,2026-01-05T08:30:00.000Z,,,,1768906800000,2026-02-01T09:00:00Z,,2026-02-01T09:00:00Z,
12,Secret B,closedlost,default,500,USD,2026-02-10T07:00:00Z,1767690000000,Bob,\
Organic Search,Price,false,true,2026-01-06T09:00:00Z,2026-01-15T09:00:00Z,1768467600000,,,,2026-02-10T07:00:00Z,,
13,Secret C,offer77,default,,EUR,2026-12-31T22:59:00Z,1770112800000,Ann,\
,,false,false,2026-02-03T10:00:00Z,2026-02-12T09:00:00Z,,,,,,2026-02-12T09:00:00Z,
14,Secret D,990011,renew,0,EUR,2026-02-27T23:00:00Z,1770199200000,Bob,\
,,false,false,,,,1770199200000,,,,1770199200000,
"""
