"""The numbers of metrics.md: Polars in, one tidy table out."""
