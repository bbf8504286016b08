"""Canonical tables, pipelines and frozen results: what every stage of a build agrees on."""
