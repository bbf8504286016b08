"""Files as they are: opened by what they hold, not by what they are called; no row is lost on the way in."""
