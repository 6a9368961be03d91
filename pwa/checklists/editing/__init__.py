"""Knows how organisers write the next version of a checklist."""
