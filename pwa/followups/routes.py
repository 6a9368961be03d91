"""Knows the addresses of what is to be followed up, and who answers each."""

from starlette.routing import Route

from pwa.followups import pages

ROUTES = [
    Route("/followups", pages.show_list),
    Route("/followups/live", pages.show_list_live),
    Route("/followups/events.csv", pages.export_events),
    Route("/followups/act", pages.do_act, methods=["POST"]),
    Route("/followups/{visit_id}/{matter_id}", pages.show_matter),
]
