"""What a locked phone delivers is opened here and judged as if it had come open; nobody else can open or move it."""

import json
import stat
import subprocess
import sys
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pwa.care.sync.sealing_keys import FORM, SUITE, NotOpened, SealingKey, SealingKeys, add_key
from pwa.care.sync.unseal import purpose
from pwa.config import Settings, SettingsWrong, read_settings
from pwa.key_files import write_key
from tests.house import House, open_house_at
from tests.small_town import id_of

HERE = Path(__file__).parents[1]
Json = dict[str, Any]


def keys_of(house: House) -> SealingKeys:
    return SealingKeys.open(house.folder / "sealing")


def seal(key: SealingKey, person: str, change: Json, inside: object = None) -> Json:
    """The change as a locked phone sends it; or something else sealed in its place."""
    plain = json.dumps(change if inside is None else inside).encode()
    closed = SUITE.encrypt(plain, key.private.public_key(), purpose(id_of(person), change["id"], change["n"]))
    return {
        "id": change["id"],
        "n": change["n"],
        "sealed": b64encode(FORM + key.id + closed).decode(),
    }


def seal_on_phone(key: SealingKey, person: str, changes: list[Json]) -> list[Json]:
    """The same by the phone's own code."""
    given = {"to": {"id": key.id.hex(), "public": key.public_text}, "person": person, "changes": changes}
    run = subprocess.run(
        ["node", str(HERE / "seal_on_phone.mjs")],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    sealed: list[Json] = json.loads(run.stdout)
    return sealed


async def test_what_a_phone_seals_is_judged_as_what_it_is(house: House):
    phone = house.phone_of("anna")
    await phone.sync()
    text = "Sov godt. Æbler 🧦 שלום"
    changes = [phone.answer(), phone.note(text), phone.note("Å" * 100_000)]

    fates = await phone.push(*seal_on_phone(keys_of(house).current, id_of("anna"), changes))

    assert [(fate.id, fate.fate) for fate in fates] == [(change["id"], "applied") for change in changes]
    notes = (await phone.visit())["notes"]
    assert sorted(note["text"] for note in notes) == sorted([text, "Å" * 100_000])


async def test_the_same_change_sealed_and_open_is_one_change(house: House):
    phone = house.phone_of("anna")
    note, answer = phone.note(), phone.answer()
    key = keys_of(house).current

    first = await phone.push(seal(key, "anna", note), answer)
    again = await phone.push(note, seal(key, "anna", answer))

    assert [fate.fate for fate in first + again] == ["applied"] * 4
    assert len(await house.log()) == 2
    assert len((await phone.visit())["notes"]) == 1


async def test_a_sealed_change_that_is_refused_is_refused_with_its_words(house: House):
    phone = house.phone_of("anna")
    note = phone.note("Til Solveig", "solveig")

    (fate,) = await phone.push(seal(keys_of(house).current, "anna", note))

    assert (fate.id, fate.fate, fate.problem) == (note["id"], "refused", "NotYourTeam")
    assert [row["words"] for row in await house.log()] == ["Til Solveig"]


async def test_what_cannot_be_opened_is_held_with_its_bytes_and_holds_back_nobody(house: House):
    phone = house.phone_of("anna")
    key = keys_of(house).current
    other = SealingKeys.open(house.folder / "elsewhere").current
    notes = [phone.note(f"Note {n}") for n in range(7)]
    broken = [
        seal(other, "anna", notes[0]),
        seal(key, "bo", notes[1]),
        {**seal(key, "anna", notes[2]), "n": 77},
        {"id": notes[3]["id"], "n": notes[3]["n"], "sealed": "not base64"},
        {"id": notes[4]["id"], "n": notes[4]["n"], "sealed": ["AQ=="]},
        seal(key, "anna", notes[5], {**notes[5], "id": notes[0]["id"]}),
    ]

    fates = await phone.push(*broken, seal(key, "anna", notes[6]))

    assert [(fate.fate, fate.problem) for fate in fates[:-1]] == [("held", "CannotOpen")] * 6
    assert fates[-1].fate == "applied"
    kept = [json.loads(row["sent"]) for row in await house.log()]
    assert kept[:-1] == broken


@pytest.mark.parametrize("inside", ["[" * 5000 + "]" * 5000, '{"n": NaN}', "1", "", '{"a": 1e999}'])
async def test_nonsense_that_was_sealed_is_held(house: House, inside: str):
    phone, key = house.phone_of("anna"), keys_of(house).current
    note = phone.note()
    info = purpose(id_of("anna"), note["id"], note["n"])
    closed = SUITE.encrypt(inside.encode(), key.private.public_key(), info)
    sealed = b64encode(FORM + key.id + closed).decode()

    (fate,) = await phone.push({"id": note["id"], "n": note["n"], "sealed": sealed})

    assert (fate.id, fate.fate) == (note["id"], "held")


async def test_a_newer_key_is_told_and_the_older_still_opens(house: House):
    phone = house.phone_of("anna")
    older = keys_of(house).current
    on_its_way = seal(older, "anna", phone.note("Sendt sent"))

    newer = add_key(house.folder / "sealing")
    fates = await phone.push(on_its_way, seal(newer, "anna", phone.note("Sendt nu")))
    async with open_house_at(house.address, house.folder) as restarted:
        told = (await restarted.http.get("/vault")).json()

    assert newer.id != older.id
    assert [fate.fate for fate in fates] == ["applied", "applied"]
    assert told["seal_to"] == {"id": newer.id.hex(), "public": newer.public_text}


async def test_a_phone_is_told_how_to_lock_and_what_to_seal_to(house: House):
    answer = await house.http.get("/vault")

    told, key = answer.json(), keys_of(house).current
    assert (told["slots"], told["lock_minutes"], told["hours"]) == (["prf", "prf+pin"], 10, 72)
    assert told["code"] == {"length": 6, "letters": False}
    assert b64decode(told["seal_to"]["public"]) == key.public
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.no_database
def test_the_key_is_for_its_owner_alone_and_stays_from_start_to_start(tmp_path: Path):
    folder = tmp_path / "sealing"
    first = SealingKeys.open(folder).current
    again = SealingKeys.open(folder).current

    assert (first.id, len(list(folder.iterdir()))) == (again.id, 1)
    assert stat.S_IMODE((folder / "0001.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.no_database
def test_whoever_is_second_with_a_key_leaves_the_first_and_nothing_of_its_own(tmp_path: Path):
    write_key(tmp_path, "0001.pem")
    first = (tmp_path / "0001.pem").read_bytes()

    write_key(tmp_path, "0001.pem")

    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("0001.pem", first)]


@pytest.mark.no_database
def test_processes_that_start_at_once_share_the_key_of_the_first(tmp_path: Path):
    command = "import sys, pathlib; from pwa.care.sync.sealing_keys import SealingKeys; print(SealingKeys.open(pathlib.Path(sys.argv[1])).current.id.hex())"
    at_once = [
        subprocess.Popen(
            [sys.executable, "-c", command, str(tmp_path / "sealing")],
            stdout=subprocess.PIPE,
            text=True,
            cwd=HERE.parent,
        )
        for _ in range(4)
    ]

    assert len({process.communicate(timeout=30)[0] for process in at_once}) == 1


@pytest.mark.no_database
def test_what_is_sealed_opens_with_its_key_for_its_purpose_and_unbroken(tmp_path: Path):
    keys = SealingKeys.open(tmp_path / "sealing")
    key = keys.current
    sealed = FORM + key.id + SUITE.encrypt(b"words", key.private.public_key(), b"this")

    assert keys.open_sealed(sealed, b"this") == b"words"
    flipped = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))]
    for wrong, info in [
        (sealed, b"that"),
        (sealed[:-1], b"this"),
        (b"", b"this"),
        *((one, b"this") for one in flipped),
    ]:
        with pytest.raises(NotOpened):
            keys.open_sealed(wrong, info)


@pytest.mark.no_database
def test_what_is_sealed_as_rfc_9180_has_it_is_opened():
    """The RFC's messages have words beside them that we never send: the same message, with its key, without them."""
    vectors = json.loads((HERE / "hpke_vectors.json").read_text(encoding="utf-8"))["sealing"]
    for vector in vectors:
        cipher, nonce = AESGCM(bytes.fromhex(vector["key"])), bytes.fromhex(vector["base_nonce"])
        aad, ct, pt = (bytes.fromhex(vector["sealed"][name]) for name in ("aad", "ct", "pt"))
        assert cipher.encrypt(nonce, pt, aad) == ct

        private = ec.derive_private_key(int(vector["skRm"], 16), ec.SECP256R1())
        sealed = bytes.fromhex(vector["enc"]) + cipher.encrypt(nonce, pt, None)

        assert SUITE.decrypt(sealed, private, bytes.fromhex(vector["info"])) == pt
    assert len(vectors) == 1


@pytest.mark.parametrize(
    ("vault", "slots"),
    [
        ("off", []),
        ("pin", ["pin"]),
        ("prf+pin,pin", ["prf+pin", "pin"]),
        ("prf", ["prf"]),
        ("auto", ["prf", "prf+pin"]),
        ("auto,pin", ["prf", "prf+pin", "pin"]),
        ("prf+pin,auto", ["prf+pin", "prf"]),
    ],
)
def test_what_opens_a_vault_is_a_setting(vault: str, slots: list[str]):
    assert Settings(vault=vault).slots == slots


def test_a_code_alone_opens_no_vault_unless_the_organisation_has_said_so():
    assert "pin" not in Settings().slots


@pytest.mark.parametrize(("length", "is_allowed"), [("5", False), ("6", True), ("12", True), ("13", False)])
def test_a_code_may_be_longer_than_six_and_never_shorter(
    length: str, is_allowed: bool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HAAND_CODE_LENGTH", length)
    monkeypatch.setenv("HAAND_CODE_LETTERS", "yes")

    if is_allowed:
        assert (read_settings().code_length, read_settings().code_letters) == (int(length), True)
    else:
        with pytest.raises(SettingsWrong, match="HAAND_CODE_LENGTH"):
            read_settings()
