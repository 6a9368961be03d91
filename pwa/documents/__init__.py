"""Versioned documents: stored with a number that phones ask after; knows nothing of what is in them."""
