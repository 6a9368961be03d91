"""Knows the address at which Prometheus asks, and who answers."""

from starlette.routing import Route

from pwa.status.metrics import show_metrics

EVERY_METHOD = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ROUTES = [Route("/metrics", show_metrics, methods=EVERY_METHOD)]
"""For a program. Whatever is asked without the secret, there is nothing."""
