"""Knows the addresses of what a browser needs before there is a page, and of what watches the server, and who answers each."""

from starlette.routing import Route

from pwa.web import assets
from pwa.web.security_txt import ADDRESS, show_security_txt

ROUTES = [
    # For programs
    Route("/service_worker.js", assets.show_service_worker),
    Route("/manifest.webmanifest", assets.show_manifest),
    Route("/build/{hash}/{path:path}", assets.show_build_file),
    Route("/static/icons/{path:path}", assets.show_icon),
    Route("/openapi.json", assets.show_openapi),
    Route(ADDRESS, show_security_txt),
    Route("/healthz", assets.show_alive),
    Route("/readyz", assets.show_ready),
]
