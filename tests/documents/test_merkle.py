"""The register's tree against the vectors of Certificate Transparency, and its proofs at every size."""

import hashlib

import pytest

from documents import merkle
from documents.merkle import Subtree

LEAVES = [bytes.fromhex(data) for data in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The roots that RFC 6962's reference implementation gives of the first one to eight leaves."""
SIZES = range(1, 40)


class Tree:
    """Every leaf in memory, hashed the slow way."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.hashes = [merkle.leaf_hash(leaf) for leaf in leaves]

    def __call__(self, subtree: Subtree) -> bytes:
        level, position = subtree
        if level == 0:
            return self.hashes[position]
        return merkle.node_hash(self((level - 1, 2 * position)), self((level - 1, 2 * position + 1)))


@pytest.mark.parametrize("size", range(1, 9))
def test_the_root_is_that_of_certificate_transparency(size: int) -> None:
    assert merkle.root(size, Tree(LEAVES)).hex() == ROOTS[size - 1]


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert merkle.root(0, Tree([])) == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_is_proven_and_no_other(size: int) -> None:
    tree = Tree([bytes([n]) for n in range(size)])
    root = merkle.root(size, tree)
    for index, leaf in enumerate(tree.hashes):
        proof = merkle.inclusion(index, size, tree)
        assert merkle.included(leaf, index, size, proof, root)
        assert not merkle.included(merkle.leaf_hash(b"another"), index, size, proof, root)
        assert not merkle.included(leaf, index + 1, size, proof, root)
        assert not merkle.included(leaf, index, size, [*proof, root], root)
        assert not merkle.included(leaf, index, size, proof[:-1], root) or not proof


@pytest.mark.parametrize("second", SIZES)
def test_every_beginning_is_proven_and_a_rewritten_one_is_not(second: int) -> None:
    leaves = [bytes([n]) for n in range(second)]
    tree = Tree(leaves)
    root = merkle.root(second, tree)
    for first in range(1, second + 1):
        proof = merkle.consistency(first, second, tree)
        assert merkle.consistent(first, merkle.root(first, tree), second, root, proof)
        rewritten = Tree([b"another", *leaves[1:]])
        assert not merkle.consistent(first, merkle.root(first, rewritten), second, root, proof)
        assert not merkle.consistent(first, merkle.root(first, tree), second, root, [*proof, root])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_proof_is_made_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        merkle.inclusion(index, size, Tree([b"a", b"b", b"c"]))
