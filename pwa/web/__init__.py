"""What every page and answer needs, whatever it is about."""
