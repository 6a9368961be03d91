"""Knows the addresses of a carer's pages, of the board, and of sync, and who answers each."""

from starlette.routing import Route

from pwa.care.pages import (
    all_notes,
    board,
    board_stream,
    guides,
    held,
    me,
    purpose,
    sync,
    vault,
    visits,
    waiting,
)

ROUTES = [
    # What all phones ask for all day is looked for first
    Route("/sync", sync.do_sync, methods=["POST"]),
    # A carer's pages, which the service worker answers too
    Route("/", visits.show_today),
    Route("/days/{day}", visits.show_day),
    Route("/visits/{visit_id}", visits.show_visit),
    Route("/visits/{visit_id}/citizen", visits.show_citizen),
    Route("/visits/{visit_id}/notes", all_notes.show_all_notes),
    Route("/guides", guides.show_guides),
    Route("/guides/{guide_id}", guides.show_guide),
    Route("/waiting", waiting.show_waiting),
    Route("/waiting/export", waiting.export_waiting),
    Route("/state", waiting.show_state),
    Route("/me", me.show_me),
    Route("/do/{change}", visits.do_change, methods=["POST"]),
    Route("/unlock", vault.show_unlock),
    Route("/lock", vault.do_lock, methods=["POST"]),
    Route("/attention/{change_id}/retry", waiting.do_retry, methods=["POST"]),
    Route("/attention/{change_id}/read", waiting.do_read, methods=["POST"]),
    Route("/drafts/{draft_id}/save", waiting.do_save_draft, methods=["POST"]),
    Route("/drafts/{draft_id}/discard", waiting.do_discard_draft, methods=["POST"]),
    Route("/drafts/{draft_id}/restore", waiting.do_restore_draft, methods=["POST"]),
    # A leader's and an organiser's pages
    Route("/board", board.show_board),
    Route("/board/day", board.go_to_board_day),
    Route("/board/days/{day}", board.show_board_day),
    Route("/board/totals", board.show_board_totals),
    Route("/board/arrived", board.show_board_arrived),
    Route("/board/carers", board.show_board_carers),
    Route("/board/carers/{carer_id}", board.show_board_carer),
    Route("/board/visits/{visit_id}", board.show_board_visit),
    Route("/board/visits/{visit_id}/live", board.show_board_visit_live),
    Route("/board/live", board_stream.show_live),
    Route("/held", held.show_held),
    Route("/held/live", held.show_held_live),
    Route("/held/total", held.show_held_total),
    Route("/held/dealt_with", held.do_deal_with, methods=["POST"]),
    Route("/held/put_back", held.do_put_back, methods=["POST"]),
    # Why a leader or an organiser has opened a visit
    Route("/access-log/purpose", purpose.do_say_purpose, methods=["POST"]),
    # For programs
    Route("/vault", vault.show_vault),
    Route("/media/{sha256}", guides.show_picture),
]
