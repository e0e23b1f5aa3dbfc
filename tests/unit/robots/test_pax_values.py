"""Values as PAX writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kalender import OSLO
from domain.krav import Kravtype
from robots.pax.values import ValueNotRead, parse_beloep, parse_dato, parse_tidspunkt, to_pax_krav

NUMBER = "01817328004"
FIELDS = {
    "Kravnr": "PX1234567",
    "Saksnr": "74388",
    "Kravtype": "PARKERINGSGEBYR",
    "Fordringshaver": "BYM",
    "Fødselsnr/Orgnr": NUMBER,
    "Kjennemerke": "",
    "Ilagt tidspunkt": "03.06.2024 09:00:00",
    "Forfall": "24.06.2024",
    "Opprinnelig forfall": "",
    "Steg": "VARSEL",
    "Tilstand": "AAPEN",
    "Avskrivingsårsak": "",
    "Saksflyt": "ORDINAER",
    "KID": "95010190544",
    "Hovedstol": "1\u00a0350,00",
    "Kostnader": "38,00",
    "Renter": "0,05",
    "Sum": "1\u00a0388,05",
}


@pytest.mark.parametrize(
    ("text", "oere"), [("0,00", 0), ("0,05", 5), ("1\u00a0350,00", 135000), ("12\u00a0345\u00a0678,90", 1234567890)]
)
def test_beloep(text: str, oere: int) -> None:
    assert parse_beloep(text) == oere


@pytest.mark.parametrize("text", ["", "1350", "1 350,00", "-1,00", "1,5", "kr 1,00", NUMBER])
def test_no_beloep(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        parse_beloep(text)


def test_dato() -> None:
    assert parse_dato("29.02.2024") == date(2024, 2, 29)
    with pytest.raises(ValueError, match=r"2024"):
        parse_dato("2024-02-29")


@pytest.mark.parametrize(
    ("text", "instant", "twice"),
    [
        ("03.06.2024 09:00:00", datetime(2024, 6, 3, 7, tzinfo=UTC), False),
        ("03.12.2024 09:00:00", datetime(2024, 12, 3, 8, tzinfo=UTC), False),
        ("02.07.2024 00:30:05", datetime(2024, 7, 1, 22, 30, 5, tzinfo=UTC), False),
        ("27.10.2024 01:59:59", datetime(2024, 10, 26, 23, 59, 59, tzinfo=UTC), False),
        ("27.10.2024 02:00:00", datetime(2024, 10, 27, 0, 0, tzinfo=UTC), True),
        ("27.10.2024 02:59:59", datetime(2024, 10, 27, 0, 59, 59, tzinfo=UTC), True),
        ("27.10.2024 03:00:00", datetime(2024, 10, 27, 2, 0, tzinfo=UTC), False),
    ],
)
def test_tidspunkt(text: str, instant: datetime, twice: bool) -> None:
    assert parse_tidspunkt(text) == (instant, twice)


def test_a_local_time_that_never_was_is_refused() -> None:
    with pytest.raises(ValueError, match="summer time"):
        parse_tidspunkt("31.03.2024 02:30:00")


@given(st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_any_instant_comes_back_to_the_hour(instant: datetime) -> None:
    """Written as PAX writes it and read again it is the same, or an hour earlier when that is noted."""
    instant = instant.replace(microsecond=0)
    read, twice = parse_tidspunkt(instant.astimezone(OSLO).strftime("%d.%m.%Y %H:%M:%S"))
    late_by = (instant - read).total_seconds()
    assert late_by in ((0, 3600) if twice else (0,))


def test_a_whole_krav() -> None:
    row = {"Dato": "01.08.2024", "Hendelse": "INNBETALING", "Beløp": "10,00"}
    read = to_pax_krav(FIELDS, [row, {**row, "Hendelse": "UKJENT KODE", "Beløp": ""}])
    assert read.krav.kravtype is Kravtype.PARKERINGSGEBYR
    assert read.krav.sum == 138805
    assert (read.krav.kjennemerke, read.krav.opprinnelig_forfall, read.krav.renter_beregnet_til) == (None, None, None)
    assert [(h.kravnr, h.hendelse, h.beloep) for h in read.hendelser] == [
        ("PX1234567", "INNBETALING", 1000),
        ("PX1234567", "UKJENT KODE", None),
    ]


@pytest.mark.parametrize(
    ("words", "kode"),
    [("", None), ("Foreldet", "FORELDET"), ("Dødsbo uten midler", "DOEDSBO"), ("Noe nytt", "UKJENT"),
     (NUMBER, "UKJENT")],
)  # fmt: skip
def test_why_a_krav_was_written_off(words: str, kode: str | None) -> None:
    assert to_pax_krav({**FIELDS, "Avskrivingsårsak": words}, []).avskrivingskode == kode


@pytest.mark.parametrize(
    ("label", "text"),
    [
        *((label, NUMBER) for label in FIELDS if label not in ("Kravnr", "Saksnr", "Fordringshaver", "Fødselsnr/Orgnr",
                                                               "Kjennemerke", "Steg", "KID",
                                                               "Avskrivingsårsak")),
        *((label, "") for label in ("Kravnr", "Saksnr", "Fordringshaver", "Ilagt tidspunkt", "Forfall", "Hovedstol")),
        ("Sum", "1,00"),
    ],
)  # fmt: skip
def test_a_slipped_value_is_named_by_its_field_only(label: str, text: str) -> None:
    with pytest.raises(ValueNotRead) as caught:
        to_pax_krav({**FIELDS, label: text}, [])
    assert str(caught.value) == label
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("label", FIELDS)
def test_a_missing_field_is_named(label: str) -> None:
    with pytest.raises(ValueNotRead, match=label):
        to_pax_krav({name: text for name, text in FIELDS.items() if name != label}, [])
