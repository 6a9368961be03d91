"""Knows the addresses of the data-protection officer's pages, and who answers each."""

from starlette.routing import Route

from pwa.oversight import pages as access_log

ROUTES = [
    Route("/access-log", access_log.show_log),
    Route("/access-log", access_log.do_search, methods=["POST"]),
    Route("/access-log/samples", access_log.show_samples),
    Route("/access-log/samples", access_log.do_draw, methods=["POST"]),
    Route("/access-log/verdict", access_log.do_judge, methods=["POST"]),
    Route("/access-log/citizens/{citizen_id}", access_log.show_extract),
    Route("/access-log/citizens/{citizen_id}/csv", access_log.export_extract),
]
