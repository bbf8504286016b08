"""Cost and worth: what one sale costs, where the money goes, and which deals are worth pursuing.

A section is a function of (draft, pipeline); `PARTS` of `answer` gives their order on the page.
"""
