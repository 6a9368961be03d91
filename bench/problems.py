"""Knows how the bench ends when what it sees is not what it measures: with words, never with a figure."""


class BenchStopped(Exception):
    """A change that was not applied, an answer that was not 200, a server that did not start. The message says so."""
