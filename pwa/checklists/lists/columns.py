"""Knows what the columns of a leader's list are called, and what stands in them; both who reads and who writes one."""

from collections.abc import Mapping, Sequence

COLUMNS: Mapping[str, Sequence[str]] = {
    "step": ("punkt", "punkter", "opgave", "opgaver", "tekst", "hvad", "spørgsmål", "aktivitet", "handling", "tjekpunkt", "step", "task", "question", "text"),
    "group": ("gruppe", "afsnit", "område", "overskrift", "kategori", "emne", "rum", "group", "section", "category"),
    "help": ("hjælp", "hjælpetekst", "vejledning", "forklaring", "bemærkning", "bemærkninger", "uddybning", "help", "hint"),
    "answer": ("svar", "svartype", "svarmuligheder", "type", "answer", "answers"),
    "unit": ("enhed", "unit"),
    "required": ("skal", "skal besvares", "obligatorisk", "påkrævet", "required"),
    "planned": ("planlagt", "planned"),
    "by_itself": ("svar for sig", "by itself"),
    "shown_when": ("kun hvis", "vises hvis", "vis kun hvis", "hvis", "betingelse", "only if"),
    "number": ("nr", "nummer", "no", "number"),
}  # fmt: skip
"""What each column is called."""
ANSWERS: Mapping[str, Sequence[str]] = {
    "who": ("", "hvem", "hvem gjorde det", "udført", "udført af", "afkryds", "afkrydsning", "x", "who"),
    "yes_no": ("ja nej", "ja/nej", "nej/ja", "ja eller nej", "yes/no"),
    "number": ("tal", "antal", "heltal", "number"),
    "short_text": ("tekst", "kort tekst", "text"),
    "long_text": ("lang tekst", "fritekst", "notat", "long text"),
    "date": ("dato", "date"),
    "time": ("tid", "klokkeslæt", "kl", "tidspunkt", "time"),
    "date_time": ("dato og tid", "dato og klokkeslæt", "date and time"),
    "photo": ("foto", "billede", "photo"),
    "signature": ("underskrift", "signatur", "signature"),
    "scanned_code": ("scan", "stregkode", "kode", "qr", "scanned code"),
    "information": ("oplysning", "information", "info"),
}  # fmt: skip
"""What each kind of answer is called."""
PLANNED = {"selv": "alone", "sammen": "together", "medarbejder": "carer", "teknologi": "technology"}
YES = ("ja", "yes", "x", "true", "1")


def folded(written: str) -> str:
    """A heading without what does not matter: case, spaces, signs."""
    return "".join(each for each in written.casefold() if each.isalnum())
