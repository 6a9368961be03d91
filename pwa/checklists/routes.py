"""Knows the addresses of the organisers' pages about checklists, and who answers each."""

from starlette.routing import Route

from pwa.checklists.pages import draft, overview, phone, publish

ROUTES = [
    Route("/checklists", overview.show_checklists),
    Route("/checklists", overview.do_begin, methods=["POST"]),
    Route("/checklists/{checklist_id}", publish.show_checklist),
    Route("/checklists/{checklist_id}/compare", publish.show_difference),
    Route("/checklists/{checklist_id}/retire", overview.do_retire, methods=["POST"]),
    Route("/checklists/{checklist_id}/bring-back", overview.do_bring_back, methods=["POST"]),
    Route("/checklists/{checklist_id}/draft", draft.show_draft),
    Route("/checklists/{checklist_id}/draft", overview.do_begin_next, methods=["POST"]),
    Route("/checklists/{checklist_id}/draft/steps", draft.show_steps),
    Route("/checklists/{checklist_id}/draft/others", draft.show_others),
    Route("/checklists/{checklist_id}/draft/phone", phone.show_phone),
    Route("/checklists/{checklist_id}/draft/shown", phone.show_shown),
    Route("/checklists/{checklist_id}/draft/add", draft.do_add, methods=["POST"]),
    Route("/checklists/{checklist_id}/draft/step", draft.do_write, methods=["POST"]),
    Route("/checklists/{checklist_id}/draft/condition", draft.do_write_condition, methods=["POST"]),
    Route("/checklists/{checklist_id}/draft/move", draft.do_move, methods=["POST"]),
    Route("/checklists/{checklist_id}/draft/remove", draft.do_remove, methods=["POST"]),
    Route("/checklists/{checklist_id}/draft/undo", draft.do_undo, methods=["POST"]),
    Route("/checklists/{checklist_id}/draft/discard", draft.do_discard, methods=["POST"]),
    Route("/checklists/{checklist_id}/draft/publish", publish.show_publish),
    Route("/checklists/{checklist_id}/draft/publish", publish.do_publish, methods=["POST"]),
]
