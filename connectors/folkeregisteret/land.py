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


TRE_BOKSTAVER = {
    "AUT": "AT", "AUS": "AU", "BIH": "BA", "BEL": "BE", "BGR": "BG", "BRA": "BR", "CAN": "CA", "CHE": "CH",
    "CHL": "CL", "CHN": "CN", "CYP": "CY", "CZE": "CZ", "DEU": "DE", "DNK": "DK", "EST": "EE", "ESP": "ES",
    "FIN": "FI", "FRO": "FO", "FRA": "FR", "GBR": "GB", "GRL": "GL", "GRC": "GR", "HRV": "HR", "HUN": "HU",
    "IRL": "IE", "IND": "IN", "IRQ": "IQ", "IRN": "IR", "ISL": "IS", "ITA": "IT", "LIE": "LI", "LTU": "LT",
    "LUX": "LU", "LVA": "LV", "MAR": "MA", "MLT": "MT", "NLD": "NL", "NOR": "NO", "PHL": "PH", "PAK": "PK",
    "POL": "PL", "PRT": "PT", "ROU": "RO", "SRB": "RS", "SWE": "SE", "SVN": "SI", "SVK": "SK", "SOM": "SO",
    "THA": "TH", "TUR": "TR", "UKR": "UA", "USA": "US", "VNM": "VN", "XKX": "XK",
}  # fmt: skip
"""The same countries as the address of an estate's contact names them."""


def landnavn(kode: str) -> str:
    """The country's Norwegian name by its code of two or three letters; "" for Norway, and the code itself for a
    country that is not in the list."""
    to = TRE_BOKSTAVER.get(kode.upper(), kode.upper())
    return "" if to in ("", NORGE) else NAVN.get(to, to)
