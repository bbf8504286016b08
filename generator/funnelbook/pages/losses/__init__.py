"""Losses and refusals: why deals die, where, and whether it is the price.

A section is a function of (draft, losses) here; `answer.PARTS` gives their order on the page.
"""
