"""Who gets in, and who may let whom in; knows no requests."""
