"""The Merkle tree against the published test vectors of Certificate Transparency, whose tree RFC 9162 describes."""

from __future__ import annotations

import hashlib

import pytest

from hub.merkle import MerkleTree

ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
"""Of the reference implementation: the entries, and the root over the first n of them."""
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def root(entries: list[bytes]) -> str:
    tree = MerkleTree()
    for entry in entries:
        tree.add(entry)
    return tree.root


@pytest.mark.parametrize("leaves", range(9))
def test_the_published_roots(leaves: int) -> None:
    assert root([bytes.fromhex(entry) for entry in ENTRIES[:leaves]]) == ROOTS[leaves]


def test_three_leaves_by_hand() -> None:
    a, b, c = (hashlib.sha256(b"\x00" + leaf).digest() for leaf in (b"a", b"b", b"c"))
    left = hashlib.sha256(b"\x01" + a + b).digest()
    assert root([b"a", b"b", b"c"]) == hashlib.sha256(b"\x01" + left + c).hexdigest()


def test_a_pair_of_hashes_is_no_leaf() -> None:
    a, b = (hashlib.sha256(b"\x00" + leaf).digest() for leaf in (b"a", b"b"))
    assert root([b"a", b"b"]) != root([a + b])


@pytest.mark.parametrize("entries", [[b"b", b"a"], [b"a"], [b"a", b"b", b"b"], [b"ab"]])
def test_other_entries_or_another_order_make_another_root(entries: list[bytes]) -> None:
    assert root(entries) != root([b"a", b"b"])
