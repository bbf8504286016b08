"""The recipe of a build, and the store that swaps it in whole."""
