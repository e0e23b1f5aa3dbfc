"""What Pilen and Procasso tell each other: as documented, once by its reference, and refused when it cannot be so."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.integration.sandbox_rest.openapi import check

Json = dict[str, Any]
PAYMENT = {"referanse": "B1", "dato": "2026-11-23", "beloep": "100.50"}


@pytest.fixture(scope="module")
def documents(root: Path) -> dict[str, Json]:
    return {
        name: yaml.safe_load((root / "sandbox" / name / "openapi.yaml").read_text(encoding="utf-8"))
        for name in ("pilen", "procasso")
    }


def innfordring(kravnr: str, **cells: str) -> Json:
    """To be collected: 660.00 with 13.42 in rente."""
    told = {
        "kreditor": "BYM", "debitor": "01817328004", "type": "KONTROLLSANKSJON", "ilagt": "2025-08-01T22:30:05Z",
        "forfall": "2025-08-22", "hovedstol": "660.00", "kostnader": "0.00", "renter": "13.42",
        "betalingsreferanse": "", "referanse": kravnr, "tilstand": "AAPEN", "status": "T1",
    }  # fmt: skip
    return told | cells


def send(api: httpx.Client, path: str, body: Json, key: str = "", method: str = "POST") -> httpx.Response:
    return api.request(method, path, json=body, headers={"Idempotency-Key": key or str(uuid.uuid4())})


def kode(answer: httpx.Response) -> str:
    told = answer.json()
    return str(told["feil"]["kode"] if "feil" in told else told["kode"])


def konto(pilen: httpx.Client, kravnr: str) -> Json:
    (told,) = pilen.post("/kontoer/oppslag", json={"kravnumre": [kravnr]}).json()["kontoer"]
    return dict(told)


def hos_procasso(procasso: httpx.Client, kravnr: str) -> Json:
    (told,) = procasso.post("/innfordringer/bulkoppslag", json={"referanser": [kravnr]}).json()["funnet"]
    return dict(told)


def test_pilen_answers_as_documented(pilen: httpx.Client, documents: dict[str, Json], sanksjon: str) -> None:
    document = documents["pilen"]
    check(document, "/endringer", pilen.get("/endringer?antall=3"))
    for nonsense in ("etter=x", "antall=0", "antall=1001", "side=1", "etter=-1", "etter=" + "9" * 30):
        refused = pilen.get(f"/endringer?{nonsense}")
        assert refused.status_code == 400
        check(document, "/endringer", refused)
    check(document, "/avstemming", pilen.get("/avstemming"))
    for numbers, expected in (([sanksjon, "X"], 200), (["X"] * 201, 400), (None, 400)):
        answer = pilen.post("/kontoer/oppslag", json={"kravnumre": numbers})
        assert answer.status_code == expected
        check(document, "/kontoer/oppslag", answer)
    first = konto(pilen, sanksjon)["statuser"][-1]["id"]
    status = {"referanse": "T9", "tilstand": "STOPPET", "etter": first}
    for path, body, code in [
        ("innfordring", {"innfordring": "IF7"}, 200),
        ("innfordring", {"innfordring": "IF8"}, 422),
        ("innfordring", {}, 400),
        ("innbetalinger", PAYMENT, 200),
        ("innbetalinger", {**PAYMENT, "beloep": "100.51"}, 422),
        ("innbetalinger", {**PAYMENT, "beloep": "100,5"}, 400),
        ("statuser", status, 200),
        ("statuser", {**status, "referanse": "T10"}, 409),
        ("statuser", {**status, "tilstand": "BORTE"}, 400),
    ]:
        answer = send(pilen, f"/krav/{sanksjon}/{path}", body)
        assert answer.status_code == code, (path, body)
        check(document, f"/krav/{{kravnr}}/{path}", answer)
        unknown = send(pilen, f"/krav/PI0000000/{path}", body)
        assert unknown.status_code == (400 if code == 400 else 404)
        check(document, f"/krav/{{kravnr}}/{path}", unknown)


def test_procasso_answers_as_documented(procasso: httpx.Client, documents: dict[str, Json], sanksjon: str) -> None:
    document = documents["procasso"]
    told = innfordring(sanksjon)
    amounts = {"forfall": "2025-08-22", "kostnader": "0.00", "renter": "14.00"}
    before = {"forfallFoer": "2025-08-22", "kostnaderFoer": "0.00", "renterFoer": "13.42"}
    calls: list[tuple[str, str, Json, int]] = [
        ("POST", "/innfordringer", told, 200),
        ("POST", "/innfordringer", {**told, "hovedstol": "661.00"}, 422),
        ("POST", "/innfordringer", {**told, "debitor": ""}, 400),
        ("PATCH", "/innfordringer/{referanse}", {**amounts, **before}, 200),
        ("PATCH", "/innfordringer/{referanse}", {**amounts, **before, "renter": "15.00"}, 409),
        ("PATCH", "/innfordringer/{referanse}", amounts, 400),
        ("POST", "/innfordringer/{referanse}/innbetalinger", PAYMENT, 200),
        ("POST", "/innfordringer/{referanse}/innbetalinger", {**PAYMENT, "dato": "2026-11-22"}, 422),
        ("POST", "/innfordringer/{referanse}/statuser", {"referanse": "T2", "tilstand": "KLAGE", "etter": "T0"}, 409),
    ]
    for method, path, body, code in calls:
        answer = send(procasso, path.replace("{referanse}", sanksjon), body, method=method)
        assert answer.status_code == code, (path, body)
        check(document, path, answer)
    check(document, "/innfordringer", procasso.get("/innfordringer"))
    check(document, "/innfordringer", procasso.get("/innfordringer?offset=x"))
    check(document, "/endringer", procasso.get("/endringer"))
    check(document, "/endringer", procasso.get("/endringer?etter=x"))
    check(document, "/avstemming", procasso.get("/avstemming"))
    look_up = procasso.post("/innfordringer/bulkoppslag", json={"referanser": [sanksjon, "X"]})
    assert look_up.json()["ikkeFunnet"] == ["X"]
    check(document, "/innfordringer/bulkoppslag", look_up)
    check(document, "/innfordringer/bulkoppslag", procasso.post("/innfordringer/bulkoppslag", json={}))


@pytest.mark.parametrize("path", ["/endringer", "/avstemming"])
def test_nobody_gets_in_without_the_token(path: str, pilen: httpx.Client, procasso: httpx.Client) -> None:
    for api in (pilen, procasso):
        assert api.get(path, headers={"Authorization": "Bearer feil"}).status_code == 401


def test_the_same_payment_is_booked_once_whatever_the_key(pilen: httpx.Client, sandbox: Any, sanksjon: str) -> None:
    path = f"/krav/{sanksjon}/innbetalinger"
    answers = [send(pilen, path, PAYMENT, key=f"{sanksjon}-1") for _ in range(2)]
    answers += [send(pilen, path, PAYMENT), send(pilen, path, PAYMENT)]
    assert [answer.json() for answer in answers] == [{"kravnr": sanksjon, **PAYMENT}] * 4
    told = konto(pilen, sanksjon)["innbetalinger"]
    assert [(each["beloep"], each["referanse"]) for each in told] == [("100.50", "B1")]
    assert [kind for kind, _ in sandbox.pilen_effects(sanksjon)] == ["innbetaling"]
    events = pilen.post("/hendelser/oppslag", json={"kravnumre": [sanksjon]}).json()["hendelser"]
    assert [(each["hendelse"], each["beloep"]) for each in events] == [("INNBETALING", "100.50")]


def test_a_key_is_bound_to_its_content(pilen: httpx.Client, procasso: httpx.Client, sanksjon: str) -> None:
    procasso_path, pilen_path = f"/innfordringer/{sanksjon}/innbetalinger", f"/krav/{sanksjon}/innbetalinger"
    send(procasso, "/innfordringer", innfordring(sanksjon))
    for api, path, refused in (
        (pilen, pilen_path, "NOEKKEL_BRUKT"),
        (procasso, procasso_path, "NOEKKEL_GJENBRUKT"),
    ):
        key = f"{sanksjon}-bound"
        assert send(api, path, PAYMENT, key).status_code == 200
        assert kode(send(api, path, {**PAYMENT, "referanse": "B2"}, key)) == refused
        assert api.post(path, json=PAYMENT).status_code == 400, "without a key nothing is saved"


def test_the_payment_that_covers_the_rest_makes_it_betalt(
    pilen: httpx.Client, procasso: httpx.Client, sandbox: Any, sanksjon: str
) -> None:
    # In Pilen 1350.00 and 52.26 in rente: 1402.26. In Procasso 660.00 and 13.42: 673.42.
    send(procasso, "/innfordringer", innfordring(sanksjon))
    for api, path, rest in (
        (pilen, f"/krav/{sanksjon}", "1302.26"),
        (procasso, f"/innfordringer/{sanksjon}", "573.42"),
    ):
        assert send(api, f"{path}/innbetalinger", {**PAYMENT, "beloep": "99.99"}).status_code == 200
        assert send(api, f"{path}/innbetalinger", {**PAYMENT, "referanse": "B2", "beloep": rest}).status_code == 200
    assert konto(pilen, sanksjon)["statuser"][-1]["tilstand"] == "AAPEN", "an øre is left"
    send(pilen, f"/krav/{sanksjon}/innbetalinger", {**PAYMENT, "referanse": "B3", "beloep": "0.01"})
    send(procasso, f"/innfordringer/{sanksjon}/innbetalinger", {**PAYMENT, "referanse": "B3", "beloep": "0.01"})
    assert konto(pilen, sanksjon)["statuser"][-1] == {
        "id": konto(pilen, sanksjon)["statuser"][-1]["id"],
        "tilstand": "BETALT",
        "referanse": None,
    }
    assert sandbox.truth()[sanksjon]["tilstand"] == "BETALT"
    assert hos_procasso(procasso, sanksjon)["statuser"][-1]["tilstand"] == "AAPEN", "it is Pilen's to say"
    send(procasso, "/innfordringer", innfordring(f"{sanksjon}-2"))
    sandbox.control.post("/innfordringer", json={"referanse": f"{sanksjon}-2", "beloep": "673.42"})
    assert hos_procasso(procasso, f"{sanksjon}-2")["statuser"][-1]["tilstand"] == "BETALT", "it has the money itself"
    late = send(pilen, f"/krav/{sanksjon}/innbetalinger", {**PAYMENT, "referanse": "B4"})
    assert late.status_code == 200, "money is taken in whatever the krav is"
    after = konto(pilen, sanksjon)["statuser"][-1]["id"]
    again = {"referanse": "T7", "tilstand": "AAPEN", "etter": after}
    assert kode(send(pilen, f"/krav/{sanksjon}/statuser", again)) == "STATUS_AVSLUTTET"


def test_the_feed_tells_of_everything_once_and_in_order(pilen: httpx.Client, sanksjon: str) -> None:
    before = pilen.get("/avstemming").json()["nr"]
    send(pilen, f"/krav/{sanksjon}/innbetalinger", PAYMENT)
    etter = konto(pilen, sanksjon)["statuser"][-1]["id"]
    send(pilen, f"/krav/{sanksjon}/statuser", {"referanse": "T5", "tilstand": "BETALINGSAVTALE", "etter": etter})
    told, siste, more = [], before, True
    while more:
        page = pilen.get(f"/endringer?etter={siste}&antall=1").json()
        told += page["endringer"]
        siste, more = page["siste"], page["flere"]
    assert [each["nr"] for each in told] == list(range(before + 1, siste + 1))
    mine = [each["slag"] for each in told if each["kravnr"] == sanksjon]
    assert [slag for slag in mine if slag != "KRAV"] == ["INNBETALING", "STATUS"]
    empty = pilen.get(f"/endringer?etter={siste}").json()
    assert empty == {"endringer": [], "siste": siste, "flere": False}


def test_the_sums_are_of_what_procasso_collects(
    pilen: httpx.Client, procasso: httpx.Client, sandbox: Any, sanksjon: str
) -> None:
    def sums(api: httpx.Client) -> tuple[int, ...]:
        names = ("hovedstol", "innbetalt", "utestaaende")
        told = [each for each in api.get("/avstemming").json()["summer"] if each["fordringshaver"] == f"F-{sanksjon}"]
        return tuple(int(each[name].replace(".", "")) for each in told for name in names)

    send(procasso, "/innfordringer", innfordring(sanksjon, kreditor=f"F-{sanksjon}"))
    assert sums(procasso) == (66000, 0, 67342)
    counter = sandbox.control.post("/innfordringer", json={"referanse": sanksjon, "beloep": "73.42"})
    assert counter.json() == {"utestaaende": 60000}
    assert sums(procasso) == (66000, 7342, 60000)
    assert sums(pilen) == (), "Pilen has not been told of it"
    refused = sandbox.control.post("/innfordringer", json={"referanse": "X", "beloep": "1.00"})
    assert refused.status_code == 422


def test_an_answer_may_be_lost_or_the_save_late_and_still_it_is_booked_once(
    pilen: httpx.Client, sandbox: Any, sanksjon: str, eventually: Callable[..., bool]
) -> None:
    path = f"/krav/{sanksjon}/innbetalinger"
    sandbox.turn("PILEN", "answer_lost", times=1)
    with pytest.raises(httpx.HTTPError):
        send(pilen, path, PAYMENT)
    assert send(pilen, path, PAYMENT).status_code == 200
    sandbox.turn("PILEN", "saves_late", times=1, saves_late_ms=50)
    assert send(pilen, path, {**PAYMENT, "referanse": "B2"}).status_code == 200
    assert send(pilen, path, {**PAYMENT, "referanse": "B2"}).status_code == 200, "sent again before the first is made"
    assert eventually(lambda: sandbox.control.get("/health").json()["pending"] == 0)
    sandbox.turn("PILEN", "saves_half", times=1)
    assert send(pilen, path, {**PAYMENT, "referanse": "B3"}).status_code == 500
    told = [each["referanse"] for each in konto(pilen, sanksjon)["innbetalinger"]]
    assert told == ["B1", "B2"]
    assert [kind for kind, _ in sandbox.pilen_effects(sanksjon)] == ["innbetaling", "innbetaling"]
