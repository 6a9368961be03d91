"""What is read of a plan of visits from outside, and every mistake in it named: docs/running/import.md promises it."""

import csv
import io
import time
import unicodedata

import pytest

from pwa.imports.read.csv_file import NO_HEADINGS
from pwa.imports.read.mistakes import Mistake
from pwa.imports.read.plan_file import COLUMNS, PlanFile, PlanRow, read_plan
from pwa.sheets import letter_of
from pwa.source_ids import id_of

VISIT = {
    "besøg": "N-1001",
    "gruppe": "Gruppe Nord",
    "medarbejder": "4711",
    "medarbejder 2": "",
    "borger": "B-17",
    "navn": "Åse Sørensen",
    "adresse": "Æblevej 4, 2. th.",
    "dør": "Nøgleboks",
    "medbring": "Handsker",
    "dato": "23-11-2026",
    "start": "07.30",
    "minutter": "25",
    "tjekliste": "Morgenpleje",
    "hjælpemidler": "Loftlift|Glidestykke",
}


NEEDED = [column.name for column in COLUMNS if column.needed]


def as_csv(*rows: dict[str, str], separator: str = ";") -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def plan(*changes: dict[str, str], separator: str = ";", encoding: str = "utf-8") -> PlanFile:
    """A plan of one row per change, otherwise the visit above; each with a number of its own."""
    rows = [VISIT | {"besøg": f"N-{number}"} | change for number, change in enumerate(changes, 1001)]
    return read_plan(as_csv(*rows, separator=separator).encode(encoding))


def visit(**change: str) -> PlanRow:
    read = plan(change)
    assert read.errors == ()
    return read.rows[0]


def wrong(**change: str) -> Mistake:
    read = plan(change)
    assert (len(read.errors), read.rows) == (1, ())
    return read.errors[0]


def said(mistake: Mistake) -> str:
    return mistake.words(lambda message: message)


# What a plan says


def test_a_row_is_a_visit():
    row = visit(**{"medarbejder 2": "4712"})

    assert (row.visit.number, row.citizen_name, row.address) == (
        "N-1001",
        "Åse Sørensen",
        "Æblevej 4, 2. th.",
    )
    assert [carer.number for carer in row.carers] == ["4711", "4712"]
    assert [guide.number for guide in row.guides] == ["Loftlift", "Glidestykke"]
    assert (row.day, row.starts_at, row.ends_at, row.minutes) == (
        "2026-11-23", "2026-11-23T06:30:00.000Z", "2026-11-23T06:55:00.000Z", 25,
    )  # fmt: skip


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_separators_and_encodings_that_danish_systems_use(separator: str, encoding: str):
    read = plan({"adresse": "Ved åen 1, stuen; bag huset"}, separator=separator, encoding=encoding)

    assert read.errors == ()
    assert (read.rows[0].citizen_name, read.rows[0].address) == (
        "Åse Sørensen",
        "Ved åen 1, stuen; bag huset",
    )


def test_a_semicolon_file_with_commas_in_every_cell_is_still_a_semicolon_file():
    rows = [{name: cell.replace(" ", ", ") for name, cell in VISIT.items()}]

    assert read_plan(as_csv(*rows).encode()).rows[0].address == "Æblevej, 4,, 2., th."


@pytest.mark.parametrize("separator", [",", "\t"])
def test_excels_own_first_line_is_not_a_row(separator: str):
    read = read_plan(
        (f"sep={separator}\r\n" + as_csv(VISIT | {"minutter": "x"}, separator=separator)).encode()
    )

    assert [mistake.row for mistake in read.errors] == [2]


@pytest.mark.parametrize(
    "unseen", ["\u200b", "\xad", "\ufeff", "\u200e", "\u202e", "\u2060", "\u200d", "\ufe0f"]
)
def test_what_nobody_sees_is_taken_out_of_numbers_and_names_and_told(unseen: str):
    plain = plan({})
    read = plan(
        {
            name: cell[:1] + unseen + cell[1:]
            for name, cell in VISIT.items()
            if name not in ("dør", "medbring")
        }
    )

    assert read.rows == plain.rows
    assert {warning.column for warning in read.warnings} >= {"besøg", "borger", "navn", "dato"}
    assert {warning.params["rows"] for warning in read.warnings} == {"2"}


def test_a_space_that_does_not_break_is_a_space_and_free_text_stays_as_it_was_written():
    read = plan({"navn": "Åse\xa0Sørensen", "dør": "Kode\xa0\u200d12"})

    assert (read.rows[0].citizen_name, read.rows[0].door) == ("Åse Sørensen", "Kode\xa0\u200d12")
    assert [(warning.column, warning.params) for warning in read.warnings] == [
        ("navn", {"count": 1, "rows": "2"})
    ]


def test_a_cpr_number_is_not_hidden_by_what_nobody_sees():
    assert [mistake.column for mistake in plan({"borger": "230456\u200b-1234"}).errors] == ["borger"]


def test_letters_of_a_macintosh_are_the_same_letters():
    apart = as_csv(VISIT | {"navn": unicodedata.normalize("NFD", "Åse Sørensen")})

    assert read_plan(apart.encode()).rows[0].citizen_name == "Åse Sørensen"


@pytest.mark.parametrize("written", ["23-11-2026", "23/11/2026", "23.11.2026", "2026-11-23"])
def test_danish_dates_and_iso(written: str):
    assert visit(dato=written).day == "2026-11-23"


@pytest.mark.parametrize("written", ["07.30", "07:30", "7.30", "7:30", "07:30:00"])
def test_times(written: str):
    assert visit(start=written).starts_at == "2026-11-23T06:30:00.000Z"


def test_headings_by_other_names_in_another_order():
    renamed = {
        "Minutter:": "25",
        "BESØGS-ID": "N-1001",
        "Medarbejdernummer": "4711",
        "Borger_nr": "B-17",
        "Kl": "07.30",
    }
    kept = {name: VISIT[name] for name in ("gruppe", "navn", "adresse", "dato", "tjekliste")}
    read = read_plan(as_csv(renamed | kept).encode())

    assert (read.errors, read.rows[0].minutes, read.rows[0].citizen.number) == ((), 25, "B-17")


def test_a_second_visit_may_be_the_same_hour():
    assert len(plan({}, {"medarbejder": "4712"}).rows) == 2


def test_quotes_new_lines_and_formulas_are_text():
    row = visit(dør='Ring på "Sørensen"\r\nBrug bagdøren', medbring="=1+1", navn="@Åse\n Sørensen")

    assert row.door == 'Ring på "Sørensen"\nBrug bagdøren'
    assert (row.bring, row.citizen_name) == ("=1+1", "@Åse Sørensen")


def test_a_cell_of_three_lines_is_one_row_as_in_a_spreadsheet():
    read = plan({"dør": "en\nto\ntre"}, {"minutter": "x"})

    assert [mistake.row for mistake in read.errors] == [3]


def test_the_same_numbers_give_the_same_ids_on_every_machine():
    assert visit().visit.id == id_of("visit", "n-1001") == "1c764a73-74c5-5837-9bea-6f66955b18c8"
    assert visit(borger="b-17").citizen.id == visit(borger="B-17").citizen.id != id_of("visit", "B-17")


# The nights when the clock is moved


def test_a_visit_over_the_night_when_summer_time_starts_is_as_long_as_planned():
    row = visit(dato="28-03-2027", start="01.45", minutter="30")

    assert (row.starts_at, row.ends_at) == ("2027-03-28T00:45:00.000Z", "2027-03-28T01:15:00.000Z")


def test_a_time_that_does_not_exist_is_a_mistake_that_says_so():
    mistake = wrong(dato="28-03-2027", start="02.30")

    assert said(mistake) == (
        "Row 2, start: “02.30” does not exist that night: the clock goes from 02.00 to 03.00."
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "starts_at"),
    [
        ("01.59", "2026-10-24T23:59:00.000Z"),
        ("02.30", "2026-10-25T00:30:00.000Z"),
        ("02.30 sommertid", "2026-10-25T00:30:00.000Z"),
        ("02.30 vintertid", "2026-10-25T01:30:00.000Z"),
        ("03.00", "2026-10-25T02:00:00.000Z"),
    ],
)
def test_the_hour_that_comes_twice_is_the_first_unless_it_says_winter_time(written: str, starts_at: str):
    assert visit(dato="25-10-2026", start=written).starts_at == starts_at


def test_winter_time_in_july_is_a_mistake():
    assert "other half of the year" in said(wrong(dato="01-07-2026", start="02.30 vintertid"))


# What is wrong, and where


@pytest.mark.parametrize(
    ("column", "written", "words"),
    [
        ("dato", "31-11-2026", "The date “31-11-2026” does not exist."),
        ("dato", "11/23/2026", "The date “11/23/2026” does not exist."),
        ("dato", "23-11-26", "“23-11-26” is not a date. Write it as 23-11-2026."),
        ("dato", "i morgen", "“i morgen” is not a date. Write it as 23-11-2026."),
        ("dato", "23-11-0026", "The date “23-11-0026” does not exist."),
        ("start", "25.00", "The time “25.00” does not exist."),
        ("start", "halv otte", "“halv otte” is not a time of day. Write it as 07.30."),
        ("minutter", "0", "“0” is not a number of minutes from 1 to 1440."),
        ("minutter", "-5", "“-5” is not a number of minutes from 1 to 1440."),
        ("minutter", "0000019999999", "“0000019999999” is not a number of minutes from 1 to 1440."),
        ("minutter", "١٥", "“١٥” is not a number of minutes from 1 to 1440."),
        ("navn", "  ", "The cell is empty."),
        ("navn", "x" * 201, "The text is longer than 200 characters."),
        ("dør", "\x07", "The cell holds signs that are not text."),
        ("medarbejder 2", "4711", "The same employee stands twice at the visit."),
    ],
)
def test_a_mistake_names_row_column_and_what_is_wrong(column: str, written: str, words: str):
    assert said(wrong(**{column: written})) == f"Row 2, {column}: {words}"


def test_a_mistake_repeats_only_the_beginning_of_what_was_written():
    assert wrong(minutter="9" * 150).params["written"] == "9" * 40


@pytest.mark.parametrize("number", ["010203-1234", "0102031234", "010203 1234", "710203-1234", "311299–9999"])
@pytest.mark.parametrize("column", ["borger", "navn", "adresse", "dør", "medbring", "medarbejder", "gruppe"])
def test_a_cpr_number_is_refused_wherever_it_stands_and_not_repeated(number: str, column: str):
    mistake = wrong(**{column: f"{number}"})

    assert mistake.column == column
    assert "CPR" in said(mistake)
    assert number not in said(mistake)


@pytest.mark.parametrize("number", ["1234567890", "990203-1234", "013203-1234", "12345678", "20010203123412"])
def test_numbers_that_are_no_cpr_number_are_let_in(number: str):
    assert visit(borger=number).citizen.number == number


def test_a_visit_number_of_ten_digits_may_be_a_running_number_but_not_one_with_a_hyphen():
    assert visit(besøg="2311260001").visit.number == "2311260001"
    assert "CPR" in said(wrong(besøg="231126-0001"))


def test_every_mistake_of_a_row_is_named_and_the_other_rows_are_read():
    read = plan({"dato": "x", "minutter": "x", "navn": ""}, {})

    assert [(mistake.row, mistake.column) for mistake in read.errors] == [
        (2, "navn"),
        (2, "dato"),
        (2, "minutter"),
    ]
    assert [row.visit.number for row in read.rows] == ["N-1002"]


def test_a_number_that_stands_twice_makes_both_rows_wrong():
    read = plan({"besøg": "N-1"}, {"besøg": "n-1"}, {})

    assert [mistake.row for mistake in read.errors] == [2, 3]
    assert [row.visit.number for row in read.rows] == ["N-1003"]


def test_one_citizen_number_with_two_names_is_wrong_in_both_rows():
    read = plan({}, {"navn": "Poul Madsen"})

    assert [(mistake.row, mistake.params) for mistake in read.errors] == [
        (2, {"other": 3}),
        (3, {"other": 2}),
    ]


def test_a_row_with_a_cell_too_many_has_lost_a_quotation_mark():
    text = as_csv(VISIT).rstrip() + ";one more\r\n"

    assert "more cells than headings" in said(read_plan(text.encode()).errors[0])


def test_a_row_that_ends_early_lacks_only_what_may_be_lacking():
    text = as_csv(VISIT).rstrip().removesuffix(";Loftlift|Glidestykke")

    assert read_plan(text.encode()).rows[0].guides == ()


def test_a_quotation_mark_that_is_never_closed_is_named_and_nothing_is_read():
    text = as_csv(VISIT, VISIT | {"besøg": "2"}).replace("Nøgleboks", '"Nøgleboks', 1)

    read = read_plan(text.encode())
    assert ([mistake.row for mistake in read.errors], read.rows, read.may_cancel) == ([2], (), False)


# What is wrong with the whole file


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\r\n\r\n", b" ; ;\r\n", b"sep=;\r\n"])
def test_an_empty_file_says_so(content: bytes):
    assert [said(mistake) for mistake in read_plan(content).errors] == ["The file is empty."]


def test_headings_alone_say_so():
    heading = as_csv(VISIT).splitlines()[0]

    assert said(read_plan(heading.encode()).errors[0]) == "The file has headings but no rows."


def test_missing_columns_are_all_named():
    without = {name: cell for name, cell in VISIT.items() if name not in ("borger", "start", "dør")}

    assert [mistake.column for mistake in read_plan(as_csv(without).encode()).errors] == ["borger", "start"]


def test_a_column_that_we_do_not_know_is_a_warning():
    read = read_plan(as_csv(VISIT | {"ydelse": "Bad"}).encode())

    assert (len(read.rows), [warning.column for warning in read.warnings]) == (1, ["ydelse"])


def test_a_first_row_that_is_no_headings_is_said_once_and_nothing_of_it_is_repeated():
    _, *rows = as_csv(VISIT).splitlines()
    few = ";".join(["Besøg", "Navn", *rows[0].split(";")[2:]])
    for lines in (rows, [few, *rows], ["<html>", "<td>Inger Dam</td>"]):
        read = read_plan("\n".join(lines).encode())

        assert (read.rows, read.warnings, bool(read.errors)) == ((), (), True)
        assert {said(each) for each in read.errors} <= {said(Mistake(NO_HEADINGS, {"names": ", ".join(NEEDED)}, 1)), *(f"Row 1, {name}: The column is missing." for name in NEEDED)}  # fmt: skip


@pytest.mark.parametrize("heading", ["0101501234", "010150-1234", "x" * 41, "Ring 21 00 11 22"])
def test_an_unknown_heading_that_may_be_a_citizens_is_named_by_its_place(heading: str):
    [warning] = read_plan(as_csv(VISIT | {heading: ""}).encode()).warnings

    assert warning.column == letter_of(len(VISIT))


def test_a_column_that_is_there_twice_is_a_mistake():
    assert read_plan(as_csv(VISIT | {"Team": "Gruppe Syd"}).encode()).errors[0].column == "Team"


@pytest.mark.parametrize(
    "content",
    [
        as_csv(VISIT).encode("utf-16"),
        as_csv(VISIT).encode("utf-16-le"),
        as_csv(VISIT | {"navn": "Søren Nygård"}).encode("cp850"),
        as_csv(VISIT | {"navn": "Søren Nygård"}).encode("mac_roman"),
        as_csv(VISIT).encode("utf-8").decode("cp1252", "replace").encode("utf-8"),
        as_csv(VISIT).encode("utf-8") + b"\xe6",
        as_csv(VISIT).encode("ascii", "replace").replace(b"?", "\N{REPLACEMENT CHARACTER}".encode()),
        b"PK\x03\x04 and so on",
        b"%PDF-1.7",
    ],
)
def test_a_file_whose_letters_are_broken_is_refused_and_not_half_read(content: bytes):
    read = read_plan(content)

    assert (len(read.errors), read.errors[0].row, read.rows, read.may_cancel) == (1, None, (), False)


@pytest.mark.parametrize("length", range(0, 256, 5))
def test_noise_is_refused_and_nothing_of_it_is_read(length: int):
    noise = bytes(range(length, 256))
    half = as_csv(VISIT).encode()[:length] + bytes(range(length))

    for content in (noise, half):
        read = read_plan(content)

        assert read.errors != ()
        assert (read.rows, read.may_cancel) == ((), False)


# What may be cancelled


def test_a_plan_speaks_for_its_days_and_teams_and_no_others():
    read = plan({}, {"gruppe": "Gruppe Syd", "dato": "24-11-2026"})

    nord, syd = id_of("team", "Gruppe Nord"), id_of("team", "Gruppe Syd")
    assert read.covers == {("2026-11-23", nord), ("2026-11-24", syd)}


def test_the_visit_of_a_bad_row_is_spared():
    read = plan({}, {"minutter": "x"})

    assert (read.spared, read.may_cancel) == (frozenset({id_of("visit", "N-1002")}), True)


def test_a_bad_row_without_a_number_could_be_any_visit_so_none_is_cancelled():
    for number in ("", "N-1001", "010190-1234", "x" * 201):
        assert not plan({}, {"besøg": number}).may_cancel, number


@pytest.mark.slow
def test_ten_thousand_rows_are_read_with_little_work():
    content = as_csv(
        *(VISIT | {"besøg": str(number), "borger": f"B-{number}"} for number in range(10_000))
    ).encode()
    began = time.process_time()
    read = read_plan(content)

    assert len(read.rows) == 10_000
    assert time.process_time() - began < 10  # one second is usual


def test_a_very_long_cell_is_too_long_and_lacks_no_quotation_mark():
    [mistake] = plan({"adresse": "x" * 200_000}).errors

    assert (mistake.row, mistake.column, mistake.params) == (2, "adresse", {"most": 2000})


# Rows that are shorter than the others


LONG = "besøg;gruppe;medarbejder;borger;navn;adresse;dato;start;minutter;tjekliste;medbring;dør\n"
ROW = "N-{n};Nord;4711;B-{n};Åse;Æblevej 4;23-11-2026;07.30;25;Morgen;Handsker;Nøgle{n}\n"


@pytest.mark.parametrize(
    ("cut", "taken"),
    [
        (";Nøgle5\n", 5),
        (";Handsker;Nøgle5\n", 5),
        ("n;Handsker;Nøgle5\n", 5),
        (";Morgen;Handsker;Nøgle5\n", 4),
    ],
)
def test_the_last_row_of_a_file_that_was_cut_is_named_by_its_number(cut: str, taken: int):
    text = LONG + "".join(ROW.format(n=n) for n in range(1, 6))

    read = read_plan(text.removesuffix(cut).encode())

    assert len(read.rows) == taken
    assert [said(odd) for odd in read.warnings] == [
        "Fewer cells than in the other rows (rows: 1; row 6). Is the file whole?"
    ]
    assert read_plan(text.encode()).warnings == read_plan(text.removesuffix("\n").encode()).warnings == ()


def test_rows_that_are_shorter_are_named_together_and_empty_cells_that_no_row_has_are_not_missed():
    rows = [ROW.format(n=n) for n in range(1, 10)]
    two = [row.replace(f";Nøgle{n}", "") if n in (2, 7) else row for n, row in enumerate(rows, 1)]
    none_has_it = [row.replace(f";Nøgle{n}", "") for n, row in enumerate(rows, 1)]

    [odd] = read_plan((LONG + "".join(two)).encode()).warnings

    assert odd.params == {"count": 2, "rows": "3, 8"}
    assert read_plan((LONG + "".join(none_has_it)).encode()).warnings == ()
    assert read_plan((LONG.replace("\n", ";;\n") + "".join(rows)).encode()).warnings == ()
    assert len(read_plan((LONG + rows[0].replace(";Nøgle1", "")).encode()).warnings) == 1


@pytest.mark.parametrize("column", list(VISIT))
@pytest.mark.parametrize("value", ["#NAVN?", "#N/A", "######"])
def test_what_a_spreadsheet_writes_where_a_formula_came_to_nothing_is_a_mistake_in_every_column(
    column: str, value: str
):
    mistake = wrong(**{column: value})

    assert (mistake.row, mistake.column, mistake.params) == (2, column, {"written": value})


@pytest.mark.parametrize("column", ["besøg", "borger", "medarbejder", "medarbejder 2"])
def test_a_number_that_a_spreadsheet_has_shortened_is_a_mistake(column: str):
    mistake = wrong(**{column: "2,02612E+10"})

    assert (mistake.row, mistake.column, mistake.params) == (2, column, {"written": "2,02612E+10"})


def test_a_shortened_number_of_many_rows_is_one_mistake_in_each():
    read = plan({"besøg": "2,02612E+10"}, {"besøg": "2,02612E+10"})

    assert [each.row for each in read.errors] == [2, 3]
    assert not read.may_cancel
