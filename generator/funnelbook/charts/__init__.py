"""Tidy rows become Vega-Altair charts: a static SVG first, a compiled Vega specification on demand."""
