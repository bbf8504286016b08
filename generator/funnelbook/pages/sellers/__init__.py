"""Sellers side by side with honest limits, how new people come up to speed, and whose hands deals are in."""
