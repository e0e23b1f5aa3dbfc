"""The control side of the simulators, when there is nobody there."""

from __future__ import annotations

import pytest

from kraftverk.simulators import Simulators
from kraftverk.usage import UsageError
from tests.unit.connectors.raw_server import closed_port


def test_simulators_that_do_not_answer_are_told_in_one_sentence() -> None:
    gone = Simulators(f"http://127.0.0.1:{closed_port()}")
    with pytest.raises(UsageError, match=r"The simulators do not answer at .*: start them") as told:
        gone.krav()
    assert len(str(told.value).splitlines()) == 1
    assert not gone.is_ready()
