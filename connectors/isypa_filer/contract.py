"""ISY-PA's files, as we assume them: nobody has published its file interface. UTF-8, comma, header row, empty = none.

krav.csv has the columns of `connectors.krav_row`. A change file is taken once, whatever it holds: its name is how the
receipt is found, and a second file of the same name is thrown away.
"""

from __future__ import annotations

SYSTEM = "ISYPA"
KUNDE_COLUMNS = ("kundenr", "fordringshaver", "eier", "fakturamottaker", "matrikkelnummer")
MERKNAD_COLUMNS = ("kravnr", "referanse", "tekst")
ENDRING_COLUMNS = ("rad", "kundenr", "kravnr", "felt", "fra", "til", "referanse")
KVITTERING_COLUMNS = ("rad", "kode", "tekst")
INN, KVITTERING = "inn", "kvittering"
"""The folders for changes and for receipts."""
OK = "OK"
HELE_FILEN = 0
"""The row of a receipt that refuses the file as a whole."""
