"""ISY-PA, which runs in Citrix and is reached by file alone: files out every night, change files in, receipts."""

from sandbox.isypa.isypa import Isypa

__all__ = ["Isypa"]
