"""A desk on which one word stands wherever one can be written, and one person has done whatever can be done."""

from __future__ import annotations

from dataclasses import replace

from hub.audit import Actor
from hub.automation import Utelatt, Varsel
from hub.proposal import lists
from hub.storage import improvements, logins, orders, queues, samples, targets
from hub.storage.approvals import pending
from hub.storage.mass_retries import MassRetries
from hub.storage.queues import EVERYTHING
from tests.unit.console.desk import Desk, proposal
from tests.unit.hub.behaviours.house import NIGHT, QUEUE
from tests.unit.hub.behaviours.improving import WASH


def everywhere(desk: Desk, word: str, person: str = "kari") -> None:
    """The word stands wherever a person or a system can put one; it is also what the person is called."""
    house, database = desk.house, desk.database
    logins.open_session(database, person, word, ["saksbehandler"])
    actor = Actor(person, "saksbehandler")
    desk.add(word, saker=(word,))
    desk.broken("K2", code="WORLD_ANSWER")
    desk.uncertain("K3")
    desk.propose(replace(proposal("K4", liste=word.strip()), result=word))
    house.people.take(1, actor)
    house.people.comment(1, actor, word)
    house.people.close(2, actor, word, NIGHT, how={"how": "annet", "reference": word})
    queues.pause(database, QUEUE, "person", actor, word)
    queues.pause(database, EVERYTHING, "person", actor, word)
    targets.block(database, "WORLD", word)
    orders.place(database, QUEUE, [word], actor, word)
    improvements.add(database, replace(WASH, tittel=word, beskrivelse=word, risiko=word), actor, word)
    improvements.change(database, 1, 1, replace(WASH, tittel=word, kvalitet=word), actor, word)
    desk.tell(Varsel(word, "SOON", NIGHT, NIGHT), Utelatt(word, "MINOR"))
    with database.read() as c:
        (liste,) = lists(pending(c))
    samples.keep(database, liste, liste.proposals, 1, actor)
    MassRetries(database, house.chain).start({1: house.item(1).seq}, actor, word, one_first=True, per_minute=1)
