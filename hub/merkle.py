"""The Merkle tree hash of RFC 9162 (2.1.1), built leaf by leaf: a million leaves keep twenty nodes in memory."""

from __future__ import annotations

import hashlib

LEAF, NODE = b"\x00", b"\x01"
"""What a hash begins with, so that no inner node can be passed off as a leaf."""


class MerkleTree:
    def __init__(self) -> None:
        self._complete: list[tuple[int, bytes]] = []
        """The complete subtrees so far, each smaller than the one before it: leaves and hash."""

    def add(self, entry: bytes) -> None:
        leaves, node = 1, hashlib.sha256(LEAF + entry).digest()
        while self._complete and self._complete[-1][0] == leaves:
            _, left = self._complete.pop()
            leaves, node = 2 * leaves, _node(left, node)
        self._complete.append((leaves, node))

    @property
    def root(self) -> str:
        """Hexadecimal. Of no leaves it is the hash of nothing."""
        if not self._complete:
            return hashlib.sha256().hexdigest()
        *rest, (_, root) = self._complete
        for _, left in reversed(rest):
            root = _node(left, root)
        return root.hex()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(NODE + left + right).digest()
