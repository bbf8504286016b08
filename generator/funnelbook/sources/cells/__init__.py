"""Cells of text become moments, numbers and words, a whole column at a time."""
