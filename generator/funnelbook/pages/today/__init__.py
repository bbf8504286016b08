"""Today: what the head of sales must do now, by the tables of the open deals.

`waiting` and `load` make a `Duty` each: a section, and the sentence that stands for it in the list of what to do.
"""
