"""Knows the address of photos, and who answers each."""

from starlette.routing import Route

from pwa.photos import pages as blobs

ROUTES = [
    # For programs
    Route("/blobs/{sha256}", blobs.Blob),
]
