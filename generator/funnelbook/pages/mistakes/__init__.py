"""The eight mistakes: which of them we are making, by numbers; what numbers cannot say stands in the playbooks.

`texts` names the mistakes and their signals, `signals` reads the table, `answer` opens the page, `sections` fill
it.
"""
