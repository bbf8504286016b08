"""Leads and sources: are all leads recorded and answered in time, and where do those that buy come from."""
