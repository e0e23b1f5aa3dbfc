"""What the automations say of themselves, as JSON: `python -m kraftverk.automation_info`.

A program of its own, because importing the automations brings Prefect, which a long-lived process may not want.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from console.office import AutomationInfo
from hub.beslutning import Beslutningstype, Felt, Slag
from hub.follow_up import Codes


def info_from(raw: dict[str, Any]) -> AutomationInfo:
    """One automation, as this program wrote it."""
    beslutninger = {code: tuple(_type(each) for each in kinds) for code, kinds in raw["beslutninger"].items()}
    foelges_opp = Codes(**{kind: tuple(codes) for kind, codes in raw["foelges_opp"].items()})
    lists = {"beslutninger": beslutninger, "foelges_opp": foelges_opp, "systemer": tuple(raw["systemer"])}
    return AutomationInfo(**raw | lists)


def _type(raw: dict[str, Any]) -> Beslutningstype:
    felter = tuple(Felt(**felt | {"slag": Slag(felt["slag"])}) for felt in raw["felter"])
    return Beslutningstype(**raw | {"felter": felter})


def _info(told: Any) -> AutomationInfo:
    from flows import registry

    systemer = tuple(sorted({need for needs in told.systems.values() for need in needs}))
    return AutomationInfo(
        told.name,
        told.tittel,
        told.eier,
        told.hjemmel,
        told.manual_minutes,
        told.beslutninger,
        to_personer=told.approved_by is not None,
        foelges_opp=told.foelges_opp,
        runde=registry.round_of(told.name),
        systemer=systemer,
    )


def main() -> None:
    from flows import registry

    known = [registry.module(name).METADATA for name in registry.MODULES]
    infos = [_info(each) for each in known]
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    json.dump([asdict(info) for info in infos], sys.stdout)


if __name__ == "__main__":
    main()
