"""Capacity: the leads that the plan needs, those that come, and those that the sellers' hours carry.

`balance` sets them against each other; the other modules are the page's sections.
"""
