"""Come-backs: do those return whom we refused or who left us, when, and with what money."""
