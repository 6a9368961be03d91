"""Knows the addresses by which people get in and let others in, and who answers each."""

from starlette.routing import Route

from pwa.access.pages import (
    authentication,
    claim_rules,
    own_access,
    people_pages,
    person_pages,
    reviews,
    revoked_phones,
    sign_in_page,
    single_sign_on,
)

ROUTES = [
    # Who has access
    Route("/people", people_pages.show_people),
    Route("/people/new", people_pages.show_newcomer),
    Route("/people/new", people_pages.do_newcomer, methods=["POST"]),
    Route("/people/phones", reviews.show_phones),
    Route("/people/review", reviews.show_review),
    Route("/people/review", reviews.do_confirm, methods=["POST"]),
    Route("/people/claims", claim_rules.show_rules),
    Route("/people/claims", claim_rules.do_add, methods=["POST"]),
    Route("/people/claims/remove", claim_rules.do_remove, methods=["POST"]),
    Route("/people/{person_id}", person_pages.show_person),
    Route("/people/{person_id}/invite", people_pages.do_invite, methods=["POST"]),
    Route("/people/{person_id}/number", person_pages.do_change_number, methods=["POST"]),
    Route("/people/{person_id}/roles", person_pages.do_give_role, methods=["POST"]),
    Route("/people/{person_id}/roles/end", person_pages.do_end_role, methods=["POST"]),
    Route("/people/{person_id}/shut-out-phone", person_pages.do_revoke_phone, methods=["POST"]),
    Route("/people/{person_id}/shut-out", person_pages.do_revoke_access, methods=["POST"]),
    Route("/invitations/{invitation_id}", people_pages.show_invitation),
    Route("/invitations/{invitation_id}/live", people_pages.show_invitation_live),
    Route("/invitations/{invitation_id}/take-back", people_pages.do_take_back, methods=["POST"]),
    # In and out
    Route("/sign-in", sign_in_page.show_sign_in),
    Route("/sign-in/challenge", sign_in_page.do_challenge, methods=["POST"]),
    Route("/sign-in/answer", sign_in_page.do_answer, methods=["POST"]),
    Route("/sign-in/code", sign_in_page.do_code, methods=["POST"]),
    Route("/sign-in/passkey", sign_in_page.do_passkey, methods=["POST"]),
    Route("/sign-in/sso", single_sign_on.do_begin, methods=["POST"]),
    Route("/sign-in/sso/answer", single_sign_on.do_answer, methods=["POST"]),
    Route(single_sign_on.BACK, single_sign_on.show_back),
    Route("/sign-out", authentication.do_sign_out, methods=["POST"]),
    # One's own access
    Route("/access", own_access.show_access),
    Route("/access/confirm/challenge", own_access.do_confirm_challenge, methods=["POST"]),
    Route("/access/confirm", own_access.do_confirm, methods=["POST"]),
    Route("/access/passkeys/challenge", own_access.do_challenge, methods=["POST"]),
    Route("/access/passkeys", own_access.do_add, methods=["POST"]),
    Route("/access/rename", own_access.do_rename, methods=["POST"]),
    Route("/access/remove", own_access.do_remove, methods=["POST"]),
    Route("/access/codes", own_access.do_codes, methods=["POST"]),
    Route("/access/sign-out-there", own_access.do_sign_out_there, methods=["POST"]),
    Route("/access/sign-out-elsewhere", own_access.do_sign_out_elsewhere, methods=["POST"]),
    Route("/access/sso/link", single_sign_on.do_link, methods=["POST"]),
    Route("/access/sso/linked", single_sign_on.do_linked, methods=["POST"]),
    Route("/access/sso/confirm", single_sign_on.do_confirm, methods=["POST"]),
    Route("/access/sso/confirmed", single_sign_on.do_confirmed, methods=["POST"]),
    Route("/access/sso/remove", single_sign_on.do_unlink, methods=["POST"]),
    # For programs
    Route("/signed-in", authentication.show_signed_in),
    Route("/wiped", revoked_phones.do_wiped, methods=["POST"]),
]

DEMO_ROUTES = [
    Route("/demo", authentication.show_demo),
    Route("/demo/sign-in", authentication.do_demo_sign_in, methods=["POST"]),
]
