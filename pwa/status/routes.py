"""Knows the address at which Prometheus asks, and who answers."""

from starlette.routing import Route

from pwa.status.metrics import show_metrics

ROUTES = [Route("/metrics", show_metrics)]
"""For a program."""
