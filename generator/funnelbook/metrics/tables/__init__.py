"""One module a table of metrics.md, section 3: NAME, SCHEMA, table(ways)."""
