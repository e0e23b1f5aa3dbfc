"""Simulator of Procasso, the collection system. Its API is unpublished: openapi.yaml is our own assumption. `screens`
holds its old screens, to one and the same register.
"""

from sandbox.procasso.archive import Archive
from sandbox.procasso.innfordringer import InnfordringHandlers
from sandbox.procasso.problems import error_body
from sandbox.procasso.routes import app

__all__ = ["Archive", "InnfordringHandlers", "app", "error_body"]
