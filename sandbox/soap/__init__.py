"""What the SOAP simulators have in common: SOAP 1.1 in and out, typed faults, the published WSDL."""

from sandbox.soap.fault import Fault
from sandbox.soap.message import Builder, Element, fields, items, kind_of, open_envelope, text_of
from sandbox.soap.service import Operation, SoapService

__all__ = [
    "Builder", "Element", "Fault", "Operation", "SoapService", "fields", "items", "kind_of", "open_envelope", "text_of",
]  # fmt: skip
