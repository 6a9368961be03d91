"""What is read of a folder of guides, with pictures that hold shapes only: docs/running/import.md promises it."""

from pathlib import Path

import pytest

from pwa.imports.read.guide_files import read_guides
from pwa.imports.read.pictures import picture_of

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1"/></svg>'
GUIDE = """
title = "Loftlift"
aid = "Loftlift"
summary = "Løft en borger."
keywords = ["Sejl"]
before = ["Se efter."]
safe = ["To stropper."]
unsafe = ["Hast."]
stop = "Ring."
approved_at = 2026-10-01
approved_by = "Lis"
source = "Lokal"

[[steps]]
title = "Læg sejlet"
text = "Rul borgeren."
picture = "sejl.svg"
picture_alt = "Et sejl"
"""


def guides(folder: Path, text: str = GUIDE, drawing: bytes = DRAWING) -> list[str]:
    """Write one guide and its picture, and say what is wrong with them."""
    (folder / "loftlift.toml").write_text(text, "utf-8")
    (folder / "sejl.svg").write_bytes(drawing)
    return [mistake.words(lambda message: message) for mistake in read_guides(folder).errors]


def test_a_guide_carries_its_pictures_by_their_hash(tmp_path: Path):
    assert guides(tmp_path) == []

    (guide,) = read_guides(tmp_path).rows
    assert [picture.type for picture in guide.media] == ["image/svg+xml"]
    assert guide.steps[0].picture == guide.media[0].sha256 == picture_of(DRAWING).sha256
    assert "sejl" in guide.words
    assert guide.approved_at == "2026-10-01"


@pytest.mark.parametrize(
    ("written", "instead", "words"),
    [
        ('stop = "Ring."', "", "loftlift.toml, stop: The text is missing."),
        ('stop = "Ring."', "stop = 112", "loftlift.toml, stop: This must be a text in quotation marks."),
        ('before = ["Se efter."]', "before = []", "loftlift.toml, before: The list is missing or empty."),
        ("2026-10-01", '"2026-10-01"', "This must be a date such as 2026-10-01, without quotation marks."),
        ("sejl.svg", "../sejl.svg", "loftlift.toml, steps 1 picture: The picture is not in the folder."),
        ("sejl.svg", "stol.svg", "loftlift.toml, steps 1 picture: The picture is not in the folder."),
        ("[[steps]]", "[[step]]", "loftlift.toml, step: The key is not known."),
        ("[[steps]]", "[[steps", "loftlift.toml: The file is not TOML"),
        ('picture_alt = "Et sejl"', "", "loftlift.toml, steps 1 picture_alt: The text is missing."),
    ],
)
def test_a_wrong_guide_is_left_out_and_the_place_is_named(
    tmp_path: Path, written: str, instead: str, words: str
):
    assert words in "\n".join(guides(tmp_path, GUIDE.replace(written, instead)))
    assert read_guides(tmp_path).rows == ()


def test_all_that_is_wrong_with_a_guide_is_said_at_once(tmp_path: Path):
    wrong = """
        title = 7
        aid = ""
        summary = " "
        keywords = ["sejl", ""]
        load = ["205 kg"]
        before = "Se efter."
        safe = ["Sid."]
        unsafe = []
        approved_at = 2026-10-01T08:00:00
        approved_by = true
        stopp = "Ring."

        [[steps]]
        title = "Læg sejlet"
        picture = "stol.svg"

        [[steps]]
        title = "Løft"
        text = "%s"
        picture = "sejl.svg"
        colour = "red"
    """

    found = guides(tmp_path, wrong.replace("\n        ", "\n") % ("x" * 2001))

    assert found == [
        f"loftlift.toml, {line}"
        for line in (
            "title: This must be a text in quotation marks.",
            "aid: The text is missing.",
            "summary: The text is missing.",
            "keywords 2: The text is missing.",
            "load: This must be a text in quotation marks.",
            "before: This must be a list of texts.",
            "steps 1 text: The text is missing.",
            "steps 1 picture: The picture is not in the folder.",
            "steps 2 text: The text is longer than 2000 characters.",
            "steps 2 picture_alt: The text is missing.",
            "steps 2 colour: The key is not known.",
            "unsafe: The list is missing or empty.",
            "stop: The text is missing.",
            "approved_at: This must be a date such as 2026-10-01, without quotation marks.",
            "approved_by: This must be a text in quotation marks.",
            "source: The text is missing.",
            "stopp: The key is not known.",
        )
    ]


@pytest.mark.parametrize("steps", ["", "[steps]", "steps = 1", "steps = [1, 2]", "steps = []"])
def test_a_guide_without_steps_is_told_how_they_are_written(tmp_path: Path, steps: str):
    head = GUIDE.partition("[[steps]]")[0]
    written = head + steps if steps.startswith("[") else steps + head

    assert guides(tmp_path, written) == ["loftlift.toml, steps: There must be at least one [[steps]]."]


def test_a_day_that_is_missing_is_told_how_it_is_written(tmp_path: Path):
    written = GUIDE.replace("approved_at = 2026-10-01\n", "")

    assert guides(tmp_path, written) == [
        "loftlift.toml, approved_at: This must be a date such as 2026-10-01, without quotation marks."
    ]


def test_a_text_of_a_guide_is_one_line_and_a_picture_is_carried_once(tmp_path: Path):
    (tmp_path / "igen.svg").write_bytes(DRAWING)
    step = '[[steps]]\ntitle = """Læg\n  sejlet """\ntext = "x"\npicture_alt = "y"\npicture = "igen.svg"\n'

    assert guides(tmp_path, f"{GUIDE}\n{step}") == []

    (guide,) = read_guides(tmp_path).rows
    assert guide.steps[1].title == "Læg sejlet"
    assert [step.picture for step in guide.steps] == [guide.media[0].sha256] * 2
    assert len(guide.media) == 1


@pytest.mark.parametrize(
    "inside",
    [
        "<script/>", "<style/>", "<a/>", "<image/>", "<foreignObject/>", '<path onclick="x"/>', "<!-- x -->",
        '<path style="x"/>', '<path href="x"/>', '<path fill="url(http://x)"/>', "<?xml-stylesheet x?>",
    ],
)  # fmt: skip
def test_a_drawing_holds_shapes_and_nothing_else(tmp_path: Path, inside: str):
    drawing = DRAWING.replace(b"<path", inside.encode() + b"<path")

    assert guides(tmp_path, drawing=drawing)[0].endswith("The drawing (SVG) holds more than shapes.")


GROWS = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037", "iso2022_jp"]
)
@pytest.mark.parametrize("before", ["", GROWS])
@pytest.mark.parametrize("says", [True, False])
def test_a_drawing_that_is_written_in_another_encoding_is_none(
    tmp_path: Path, encoding: str, before: str, says: bool
):
    declared = f'<?xml version="1.0" encoding="{encoding}"?>' if says else ""
    content = f"{declared}{before}{DRAWING.decode()}".encode(encoding)

    told = guides(tmp_path, drawing=content)

    assert len(told) == 1 or (content.isascii() and not before and not says)


@pytest.mark.parametrize(
    "declared", ["", '<?xml version="1.0"?>', "<?xml version='1.0' encoding='UTF-8'?>\n", "\ufeff"]
)
def test_a_drawing_in_utf_8_may_say_so(tmp_path: Path, declared: str):
    assert guides(tmp_path, drawing=declared.encode() + DRAWING) == []


def test_a_drawing_hides_no_tags_that_another_encoding_shows(tmp_path: Path):
    assert len(guides(tmp_path, drawing=DRAWING.replace(b"<path", b"+ADw-script/+AD4-<path"))) == 1


@pytest.mark.parametrize("head", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF1234WEBP"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7"])
def test_a_page_that_begins_as_a_picture_is_none(tmp_path: Path, head: bytes, encoding: str):
    assert len(guides(tmp_path, drawing=head + "<html><script>alert(1)</script>".encode(encoding))) == 1


@pytest.mark.parametrize("name", ["x" * 256 + ".svg", "æ" * 200, "x\\u0000.svg", "x" * 2000])
def test_a_picture_whose_name_no_disk_has_is_not_there(tmp_path: Path, name: str):
    said = guides(tmp_path, GUIDE.replace('picture = "sejl.svg"', f'picture = "{name}"'))

    assert said == ["loftlift.toml, steps 1 picture: The picture is not in the folder."]


@pytest.mark.parametrize("content", [b"", b"hej", b"<html/>", b"<svg/>", b"x" * 500_001])
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes):
    assert len(guides(tmp_path, drawing=content)) == 1


def test_a_folder_without_guides_says_so(tmp_path: Path):
    assert [said.message for said in read_guides(tmp_path).errors] == ["The folder has no guides (.toml)."]


def test_a_file_of_lists_in_lists_without_end_is_named(tmp_path: Path):
    (tmp_path / "a.toml").write_text("x = " + "[" * 5000)

    assert [mistake.words(str) for mistake in read_guides(tmp_path).errors] == [
        "a.toml: The file has lists in lists without end."
    ]
