"""Knows how somebody's passkeys are made, used, named and removed; knows no challenges' storage and no requests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pwa.access import webauthn
from pwa.access.problems import KeyMaterialSent, LastPasskey, MustBeLetInAgain, NotLetIn
from pwa.access.queries import passkeys, sign_ins
from pwa.access.queries.invitations import count_recovery_codes
from pwa.access.queries.passkeys import OwnPasskey, PasskeyProof
from pwa.access.rules.challenges import Challenge
from pwa.access.webauthn import InvalidCredential, KeyMaterial, Made, Rules, WebAuthnJson
from pwa.database import Transaction
from pwa.logs import log
from pwa.problems import NotFound, NothingWritten, TooLong
from pwa.words import Person, count_seen, to_text

LONGEST_NAME = 60
NOT_LET_IN = "not let in"
"""The event in the server's log, of every try that failed; `how` says why, in words of ours."""
STAND_IN = webauthn.make_stand_in()


@dataclass(frozen=True, slots=True)
class Used:
    """Whose passkey was used, and which."""

    person_id: str
    passkey_id: str


def handle_of(person_id: str) -> bytes:
    """What a passkey knows its person by: the id's 16 bytes, which say nothing about anybody."""
    return UUID(person_id).bytes


def ask_to_make(
    rules: Rules, challenge: Challenge, person: Person, known: Iterable[OwnPasskey]
) -> WebAuthnJson:
    """What to ask the browser for, so that somebody gets one more passkey."""
    ids = [each.id for each in known]
    return webauthn.ask_to_make(rules, challenge.challenge, handle_of(person.id), person.name, ids)


async def use_passkey(
    tx: Transaction, credential: WebAuthnJson, challenge: Challenge, rules: Rules, now: datetime
) -> Used | None:
    """Whose passkey this answer is from; None if it holds for nobody. Commit either way.

    Raises KeyMaterialSent, and MustBeLetInAgain to the owner of one that ended with all of her ways in. It takes as long for a passkey that nobody has.
    """
    passkey_id = webauthn.id_of(credential)
    live = await passkeys.find_passkey(tx, passkey_id)
    found = live or await passkeys.find_reset_passkey(tx, passkey_id)
    try:
        key = found.public_key if found else STAND_IN
        sign_count = webauthn.check_used(credential, challenge.challenge, rules, key)
    except KeyMaterial:
        raise KeyMaterialSent from None
    except InvalidCredential:
        _say_why("wrong answer" if found else "unknown passkey", found)
        return None
    if found is None or not _is_meant(found.person_id, credential, challenge):
        _say_why("somebody else's passkey" if found else "unknown passkey", found)
        return None
    if not live:
        _say_why("ways in were ended", found)
        raise MustBeLetInAgain
    if not webauthn.went_on(found.sign_count, sign_count):
        await _note_copy(tx, found, now)
        return None
    if not await passkeys.set_used(tx, found.id, sign_count, to_text(now)):
        _say_why("removed passkey", found)
        return None
    return Used(found.person_id, found.id)


def _say_why(how: str, found: PasskeyProof | None) -> None:
    """The server's log says why; whoever tried is not told."""
    log.info(NOT_LET_IN, how=how, person=found.person_id if found else None)


def _is_meant(person_id: str, credential: WebAuthnJson, challenge: Challenge) -> bool:
    """Whether the passkey is for the one whose it is here, and for the one who was asked.

    One that was asked for by its id need not say whose it is (WebAuthn §7.2 step 6).
    """
    said = credential["response"].get("userHandle")
    if challenge.person_id is not None and said is None:
        return challenge.person_id == person_id
    is_asked = challenge.person_id in (None, person_id)
    return is_asked and said == webauthn.text_of(handle_of(person_id))


async def _note_copy(tx: Transaction, found: PasskeyProof, now: datetime) -> None:
    log.warning("a passkey's counter went back", person=found.person_id)
    await passkeys.set_went_back(tx, found.id, to_text(now))


async def add_passkey(
    tx: Transaction, person_id: str, name: str, credential: WebAuthnJson, challenge: Challenge, rules: Rules, now: datetime
) -> Made:  # fmt: skip
    """Somebody has one more. Raises NotLetIn, KeyMaterialSent."""
    try:
        made = webauthn.check_made(credential, challenge.challenge, rules)
    except KeyMaterial:
        raise KeyMaterialSent from None
    except InvalidCredential:
        log.info(NOT_LET_IN, how="a passkey made otherwise than asked", person=person_id)
        raise NotLetIn from None
    transports = " ".join(made.transports)
    added = await passkeys.add_passkey(
        tx,
        made.id,
        person_id,
        name[:LONGEST_NAME],
        made.public_key,
        made.sign_count,
        transports,
        to_text(now),
    )
    if not added:
        log.info(NOT_LET_IN, how="a passkey that is here already", person=person_id)
        raise NotLetIn
    log.info("a passkey was made", person=person_id)
    return made


async def rename_passkey(tx: Transaction, person: Person, passkey_id: str, name: str) -> None:
    """What its owner calls it. Raises NotFound, NothingWritten, TooLong."""
    written = "".join(sign for sign in name if sign.isprintable()).strip()
    if not count_seen(written):
        raise NothingWritten
    if len(written) > LONGEST_NAME:
        raise TooLong
    if not await passkeys.set_name(tx, passkey_id, person.id, written):
        raise NotFound


async def remove_passkey(
    tx: Transaction, person: Person, passkey_id: str, here: str, now: datetime, *, is_linked: bool = False
) -> None:
    """It lets nobody in any more, and whom it let in is out, but for the sign-in that asks (`here`).

    `is_linked`: there is single sign-on besides. Raises LastPasskey when there would be no way in again, NotFound.
    """
    own = await passkeys.list_passkeys(tx, person.id)
    if passkey_id not in {each.id for each in own}:
        raise NotFound
    if len(own) == 1 and not is_linked and not await count_recovery_codes(tx, person.id):
        raise LastPasskey
    await passkeys.set_removed(tx, passkey_id, person.id, to_text(now))
    await sign_ins.revoke_of_passkey(tx, passkey_id, here, person.id, to_text(now))
    log.info("a passkey was removed", person=person.id)
