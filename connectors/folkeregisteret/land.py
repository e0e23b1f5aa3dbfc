"""The names of countries as they are written on an envelope from Norway."""

from __future__ import annotations

NORGE = "NO"

NAVN = {
    "AT": "Østerrike", "AU": "Australia", "BA": "Bosnia-Hercegovina", "BE": "Belgia", "BG": "Bulgaria", "BR": "Brasil",
    "CA": "Canada", "CH": "Sveits", "CL": "Chile", "CN": "Kina", "CY": "Kypros", "CZ": "Tsjekkia", "DE": "Tyskland",
    "DK": "Danmark", "EE": "Estland", "ES": "Spania", "FI": "Finland", "FO": "Færøyene", "FR": "Frankrike",
    "GB": "Storbritannia", "GL": "Grønland", "GR": "Hellas", "HR": "Kroatia", "HU": "Ungarn", "IE": "Irland",
    "IN": "India", "IQ": "Irak", "IR": "Iran", "IS": "Island", "IT": "Italia", "LI": "Liechtenstein", "LT": "Litauen",
    "LU": "Luxembourg", "LV": "Latvia", "MA": "Marokko", "MT": "Malta", "NL": "Nederland", "PH": "Filippinene",
    "PK": "Pakistan", "PL": "Polen", "PT": "Portugal", "RO": "Romania", "RS": "Serbia", "SE": "Sverige",
    "SI": "Slovenia", "SK": "Slovakia", "SO": "Somalia", "TH": "Thailand", "TR": "Tyrkia", "UA": "Ukraina",
    "US": "USA", "VN": "Vietnam", "XK": "Kosovo",
}  # fmt: skip
"""The EEA, Norway's neighbours and where people from Norway most often live."""


def landnavn(kode: str) -> str:
    """The country's Norwegian name; "" for Norway, and the code itself for a country that is not in the list."""
    return "" if kode.upper() in ("", NORGE) else NAVN.get(kode.upper(), kode.upper())
