"""Makes up carers and days for load tests, as many as asked for and always the same from a seed."""

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random

Row = dict[str, str]

FIRST_NAMES = (
    "Aase", "Alma", "Bent", "Birthe", "Bjørn", "Dagny", "Ejnar", "Elin", "Erna", "Flemming", "Gudrun", "Hanne",
    "Hassan", "Ingolf", "Irma", "Jørgen", "Kirsten", "Leila", "Magda", "Mogens", "Nanna", "Oluf", "Preben",
    "Ragnhild", "Sigrid", "Søren", "Thyra", "Ulla", "Vagn", "Åge",
)  # fmt: skip
LAST_NAMES = (
    "Agerskov", "Balle", "Bang", "Birk", "Brogaard", "Dahl", "Ebbesen", "Fjord", "Gram", "Hald", "Ibsen", "Juul",
    "Kofoed", "Lassen", "Mikkelsen", "Nygaard", "Omar", "Pihl", "Qvist", "Rask", "Stæhr", "Tranberg", "Uldall",
    "Vinding", "Warming", "Yde", "Æbelø", "Ørum", "Østerby", "Aagesen",
)  # fmt: skip
STREETS = ("Bækvej", "Fyrrestien", "Gærdet", "Kløvervej", "Lærkestien", "Mosevej", "Nybrovej", "Søndergade")
DOORS = ("Nøgleboks ved døren.", "Ring på.", "Elektronisk lås.", "Brug bagdøren.", "")
AIDS = ("", "", "", "Loftlift", "Mobil lift", "Ståløfter", "Glidestykke", "Rollator og drejeskive")
CHECKLISTS = ("Morgenpleje", "Bad", "Middag og medicin", "Aftenpleje")  # in the order of a day

IN_A_TEAM = 12  # carers
BEGINS, ENDS = 6 * 60, 23 * 60  # minutes after midnight
MOST_MINUTES = 50  # from one visit to the next
ON_THE_WAY = 5


def made_up_people(carers: int, seed: int) -> list[Row]:
    """Carers with numbers from 50001 in teams of twelve, each team in the demo's area."""
    chance = Random(f"people {seed}")
    return [
        {
            "medarbejder": str(50001 + number),
            "navn": f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}",
            "rolle": "medarbejder",
            "gruppe": f"Gruppe {number // IN_A_TEAM + 1}",
            "overgruppe": "Område Birkelunde",
            # As the others of the demo: no Danish number begins with 00, so that whoever tries it out calls nobody.
            "telefon": f"+45 00 05 {number // 100:02} {number % 100:02}",
        }
        for number in range(carers)
    ]


def made_up_visits(people: Sequence[Row], day: date, visits: int, seed: int) -> Iterator[Row]:
    """A day of so many visits for each carer, one after the other with time to drive between them: every other carer's begins
    in the morning, the others' end in the evening.

    A carer's citizens are the same every day; the aids used there differ.
    """
    step = min(MOST_MINUTES, (ENDS - BEGINS) // visits)
    if step < 2:
        raise ValueError(f"{visits} visits do not fit in a day")
    carers = [row for row in people if row["rolle"] == "medarbejder"]
    for place, row in enumerate(carers):
        first = BEGINS if place % 2 == 0 else ENDS - visits * step
        chance = Random(f"visits {seed} {row['medarbejder']} {day}")
        for number in range(visits):
            start = first + number * step
            yield _citizen(row, number, seed) | {
                "besøg": f"{day:%Y%m%d}-{row['medarbejder']}-{number + 1:02}",
                "gruppe": row["gruppe"],
                "medarbejder": row["medarbejder"],
                "dato": f"{day:%d-%m-%Y}",
                "start": f"{start // 60:02}.{start % 60:02}",
                "minutter": str(max(1, step - ON_THE_WAY)),
                "tjekliste": CHECKLISTS[number * len(CHECKLISTS) // visits],
                "hjælpemidler": chance.choice(AIDS),
            }


def _citizen(carer: Row, number: int, seed: int) -> Row:
    chance = Random(f"citizen {seed} {carer['medarbejder']} {number}")
    return {
        "borger": f"{carer['medarbejder']}-{number + 1:02}",
        "navn": f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}",
        "adresse": f"{chance.choice(STREETS)} {chance.randrange(1, 120)}",
        "dør": chance.choice(DOORS),
    }
