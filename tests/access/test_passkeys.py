"""WebAuthn's own test vectors, and what we ask for beyond them: whose passkey, verified, never in a frame."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from webauthn.helpers.cose import COSEAlgorithmIdentifier as Algorithm
from webauthn.helpers.structs import AttestationFormat

from pwa.access.webauthn import (
    ALGORITHMS,
    InvalidCredential,
    KeyMaterial,
    Made,
    Rules,
    ask_to_make,
    ask_to_use,
    check_made,
    check_used,
    went_on,
)
from tests.authenticator import Authenticator, bytes_of, text_of

WebAuthnJson = dict[str, Any]

PAIRS = {
    pair["id"].removeprefix("sctn-test-vectors-"): pair
    for pair in json.loads((Path(__file__).parents[1] / "webauthn" / "vectors.json").read_text())
}
OURS = Rules("example.org", "https://example.org")
REFUSED = {
    "packed-es384": 'Unsupported credential public key alg "-35"',
    "packed-ed448": 'Unsupported credential public key alg "-53"',
    "tpm-es256": "Unrecognized TPM Manufacturer",
    "android-key-es256": "x5c was empty",
    "fido-u2f-es256": "was not expected 00000000-0000-0000-0000-000000000000",
}
VERIFIED = sorted(PAIRS.keys() - REFUSED.keys())


@cache
def the_root() -> bytes:
    """The vectors' root certificate, PEM, made from its key as §Attestation trust root certificate derives it."""
    derived = HKDF(hashes.SHA256(), 32, b"\x00", b"Attestation CA").derive(b"WebAuthn test vectors")
    key = ec.derive_private_key(int.from_bytes(derived, "big"), ec.SECP256R1())
    names = (
        (x509.NameOID.COMMON_NAME, "WebAuthn test vectors"), (x509.NameOID.ORGANIZATION_NAME, "W3C"),
        (x509.NameOID.ORGANIZATIONAL_UNIT_NAME, "Authenticator Attestation CA"), (x509.NameOID.COUNTRY_NAME, "AA"),
    )  # fmt: skip
    name = x509.Name([x509.NameAttribute(*each) for each in names])
    root = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2024, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(3024, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return root.public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def as_published() -> Rules:
    """What the vectors were made for: some without verification, some in a frame, some with ES512, Apple's with their root."""
    return Rules(
        OURS.rp_id,
        OURS.origin,
        is_verified=False,
        is_embedded=True,
        algorithms=(*ALGORITHMS, Algorithm.ECDSA_SHA_512),
        roots={AttestationFormat.APPLE: [the_root()]},
    )


def credential(pair: WebAuthnJson, half: str) -> WebAuthnJson:
    """A vector as a browser sends it."""
    said = pair[half]
    names = ("clientDataJSON", "attestationObject", "authenticatorData", "signature")
    return {
        "id": text_of(bytes.fromhex(pair["registration"]["credential_id"])),
        "rawId": text_of(bytes.fromhex(pair["registration"]["credential_id"])),
        "type": "public-key",
        "response": {name: text_of(bytes.fromhex(said[name])) for name in names if name in said},
        "clientExtensionResults": {},
    }


def challenge(pair: WebAuthnJson, half: str) -> bytes:
    return bytes.fromhex(pair[half]["challenge"])


def make(pair: WebAuthnJson, rules: Rules) -> Made:
    return check_made(credential(pair, "registration"), challenge(pair, "registration"), rules)


def use(pair: WebAuthnJson, rules: Rules, made: Made) -> int:
    return check_used(
        credential(pair, "authentication"), challenge(pair, "authentication"), rules, made.public_key
    )


def test_there_are_fifteen_pairs_ten_of_which_hold():
    assert (len(PAIRS), len(VERIFIED)) == (15, 10)


@pytest.mark.parametrize("name", VERIFIED)
def test_a_published_pair_holds(name: str, as_published: Rules):
    made = make(PAIRS[name], as_published)

    assert made.id == text_of(bytes.fromhex(PAIRS[name]["registration"]["credential_id"]))
    assert went_on(made.sign_count, use(PAIRS[name], as_published, made))


@pytest.mark.parametrize(("name", "reason"), REFUSED.items())
def test_a_published_pair_that_is_not_offered_is_refused(name: str, reason: str, as_published: Rules):
    with pytest.raises(InvalidCredential) as refused:
        make(PAIRS[name], as_published)

    assert reason in str(refused.value)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize(
    "other", [{"origin": "https://example.com"}, {"rp_id": "example.com"}, {"challenge": b"another"}]
)
def test_no_published_pair_holds_for_another_challenge_origin_or_rp_id(
    name: str, other: WebAuthnJson, as_published: Rules
):
    pair, rules = (
        PAIRS[name],
        replace(as_published, **{key: other[key] for key in other if key != "challenge"}),
    )
    asked = {
        half: other.get("challenge", challenge(pair, half)) for half in ("registration", "authentication")
    }

    with pytest.raises(InvalidCredential):
        check_made(credential(pair, "registration"), asked["registration"], rules)
    if name in VERIFIED:
        key = make(pair, as_published).public_key
        with pytest.raises(InvalidCredential):
            check_used(credential(pair, "authentication"), asked["authentication"], rules, key)


@pytest.mark.parametrize("name", VERIFIED)
def test_a_published_pair_is_a_copy_once_somebody_has_counted_further(name: str, as_published: Rules):
    made = make(PAIRS[name], as_published)

    assert not went_on(7, use(PAIRS[name], as_published, made))


@pytest.mark.parametrize("name", VERIFIED)
def test_no_published_answer_holds_with_another_passkeys_key(name: str, as_published: Rules):
    other = next(each for each in VERIFIED if each != name)

    with pytest.raises(InvalidCredential):
        use(PAIRS[name], as_published, make(PAIRS[other], as_published))


@pytest.mark.parametrize("name", VERIFIED)
def test_we_ask_for_a_verified_person_and_for_no_frame(name: str, as_published: Rules):
    pair = PAIRS[name]
    flags = bytes_of(credential(pair, "authentication")["response"]["authenticatorData"])[32]
    client = json.loads(bytes.fromhex(pair["authentication"]["clientDataJSON"]))
    made, rules = make(pair, as_published), replace(as_published, is_verified=True, is_embedded=False)

    if flags & 0x04 and not client.get("crossOrigin"):
        assert use(pair, rules, made) == 0
    else:
        with pytest.raises(InvalidCredential):
            use(pair, rules, made)


@pytest.mark.parametrize(
    ("before", "now", "is_good"),
    [(0, 0, True), (0, 1, True), (1, 2, True), (5, 5, False), (5, 4, False), (5, 0, False)],
)
def test_a_counter_stays_at_nought_or_goes_on(before: int, now: int, is_good: bool):
    assert went_on(before, now) is is_good


def test_what_is_asked_for_needs_no_user_name_and_a_verified_person():
    made = ask_to_make(OURS, b"c" * 32, b"h" * 16, "Anna Lund", [text_of(b"known")])
    used = ask_to_use(OURS, b"c" * 32)

    assert made["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert (made["attestation"], made["rp"]["id"], made["challenge"]) == (
        "none",
        "example.org",
        text_of(b"c" * 32),
    )
    assert [each["id"] for each in made["excludeCredentials"]] == [text_of(b"known")]
    assert made["extensions"] == {"credProps": True, "prf": {}}
    assert (used["userVerification"], used["allowCredentials"], used["rpId"]) == (
        "required",
        [],
        "example.org",
    )


@pytest.mark.parametrize(
    "lie",
    [
        {"is_verified": False},
        {"is_embedded": True},
        {"origin": "https://example.org.evil.example"},
        {"origin": "http://example.org"},
    ],
)
def test_a_passkey_made_otherwise_than_asked_is_refused(lie: WebAuthnJson):
    phone = Authenticator(OURS.origin)
    good = phone.make(ask_to_make(OURS, b"c" * 32, b"h" * 16, "Anna Lund", []))
    liar = replace(phone, **lie)

    assert check_made(good, b"c" * 32, OURS).transports == ("hybrid", "internal")
    with pytest.raises(InvalidCredential):
        check_made(liar.make(ask_to_make(OURS, b"c" * 32, b"h" * 16, "Anna Lund", [])), b"c" * 32, OURS)
    with pytest.raises(InvalidCredential):
        check_used(liar.use(ask_to_use(OURS, b"c" * 32)), b"c" * 32, OURS, phone.passkeys[-1].public_key())


@pytest.mark.parametrize(
    "outputs",
    [
        {"prf": {"enabled": True, "results": {"first": "AAAA"}}},
        {"prf": {"results": None}},
        {"hmacGetSecret": {"output1": "AAAA"}},
        {"largeBlob": {"blob": "AAAA"}},
    ],
)
def test_what_keys_are_made_of_is_refused_before_anything_else_is_looked_at(outputs: WebAuthnJson):
    sent = {"id": "x", "clientExtensionResults": outputs}

    with pytest.raises(KeyMaterial):
        check_made(sent, b"c", OURS)
    with pytest.raises(KeyMaterial):
        check_used(sent, b"c", OURS, b"")


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"id": 7},
        {"id": "x", "response": None},
        {"response": {"clientDataJSON": "?"}},
        {"clientExtensionResults": 3},
    ],
)
def test_nonsense_is_refused(sent: WebAuthnJson):
    with pytest.raises(InvalidCredential):
        check_made(sent, b"c", OURS)
    with pytest.raises(InvalidCredential):
        check_used(sent, b"c", OURS, b"")
