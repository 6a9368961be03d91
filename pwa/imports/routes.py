"""Knows the addresses at which organisers bring files of checklists, and who answers each."""

from starlette.routing import Route

from pwa.imports import pages

ROUTES = [
    Route("/checklists/import", pages.show_import),
    Route("/checklists/import", pages.do_read, methods=["POST"]),
    Route("/checklists/import/accept", pages.do_accept, methods=["POST"]),
    Route("/checklists/ready-made", pages.do_begin_ready_made, methods=["POST"]),
]
