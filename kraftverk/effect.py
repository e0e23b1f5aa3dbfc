"""`kraftverk effect`: whether the SMS of sms-notice bring people to pay, as far as it is measured."""

from __future__ import annotations

from domain.effektmaaling import MINST, Forskjell, Gruppe
from flows.installation import Installation
from flows.sms.fakta import SMS_SENT
from flows.sms.maaling import maal
from flows.sms_notice import METADATA
from hub.storage import completed, memos
from kraftverk.terminal import make_console

out = make_console(soft_wrap=True)


def tell_effect() -> None:
    """Print how many were sent, what each group paid, and the difference with its uncertainty."""
    installation = Installation.open()
    sent = completed.read(installation.database, METADATA.name, SMS_SENT)
    maalt = maal(memos.read(installation.database, METADATA.name))
    days = installation.smsregler().measure_days
    out.print(f"{METADATA.name}: {len(sent)} SMS sent, {maalt.aapne} krav still within their {days} days")
    out.print(f"to be told:  {_group(maalt.varslet, days)}")
    out.print(f"held back:   {_group(maalt.holdt, days)}")
    out.print(f"difference:  {_difference(maalt.forskjell)}")


def _group(gruppe: Gruppe, days: int) -> str:
    share = "" if gruppe.andel is None else f" ({gruppe.andel:.1%})"
    return f"{gruppe.antall} krav, {gruppe.betalt} paid within {days} days{share}"


def _difference(forskjell: Forskjell | None) -> str:
    if forskjell is None:
        return f"ikke målt: that takes {MINST} krav in each group"
    punkt, nedre, oevre = (100 * andel for andel in (forskjell.punkt, forskjell.nedre, forskjell.oevre))
    return f"{punkt:+.1f} percentage points (95 % interval {nedre:+.1f} to {oevre:+.1f})"
