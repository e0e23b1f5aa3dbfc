"""The files of the form, as we assume them: no export of it is published. UTF-8, comma, header row.

One row for each form that has been sent in. `eier` is a fødselsnummer or an organisasjonsnummer, `dato` the day from
which the new owner owns, `referanse` the archive's own word for the form.
"""

from __future__ import annotations

SYSTEM = "EIERSKJEMA"
COLUMNS = ("matrikkelnummer", "eier", "dato", "referanse")
