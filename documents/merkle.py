"""The hash tree of the public register, after RFC 6962 (leaves, nodes, proofs) and RFC 9162, 2.1 (checking them).

Nothing here reads a database: who builds a proof is asked for the hashes of whole subtrees, who checks one needs none.
"""

import hashlib
from collections.abc import Callable, Sequence

type Subtree = tuple[int, int]
"""A whole subtree: its level (its leaves are 2 to that power) and its position among those of the level."""

type Lookup = Callable[[Subtree], bytes]

EMPTY = hashlib.sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children."""
    return hashlib.sha256(b"\1" + left + right).digest()


def subtrees(start: int, end: int) -> list[Subtree]:
    """The fewest whole subtrees that cover the leaves from ``start`` up to ``end``, from left to right."""
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        found.append((level, start >> level))
        start += 1 << level
    return found


def root(size: int, lookup: Lookup) -> bytes:
    """The root of a tree of that many leaves."""
    return _root(0, size, lookup) if size else EMPTY


def inclusion(index: int, size: int, lookup: Lookup) -> list[bytes]:
    """The proof that a leaf is in a tree of that size (RFC 6962, 2.1.1). Raises ``ValueError`` if it cannot be."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    return [_root(start, end, lookup) for start, end in _siblings(index, 0, size)]


def consistency(first: int, second: int, lookup: Lookup) -> list[bytes]:
    """The proof that the tree of ``first`` leaves is the beginning of that of ``second`` (RFC 6962, 2.1.2).

    Raises ``ValueError`` if ``first`` is not between 1 and ``second``.
    """
    if not 0 < first <= second:
        raise ValueError("no such beginning")
    return [_root(start, end, lookup) for start, end in _beginning(first, 0, second, whole=True)]


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], tree_root: bytes) -> bool:
    """Whether a proof shows that a leaf (its hash) is in the tree of that size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == tree_root


def consistent(first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that nothing of an earlier tree was changed or removed (RFC 9162, 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    if not proof:
        return False
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _root(start: int, end: int, lookup: Lookup) -> bytes:
    """The root over the leaves from ``start`` up to ``end``."""
    *left, last = [lookup(subtree) for subtree in subtrees(start, end)]
    for whole in reversed(left):
        last = node_hash(whole, last)
    return last


def _split(start: int, end: int) -> int:
    """Where a tree parts: behind the largest power of two that is smaller than it."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


def _siblings(index: int, start: int, end: int) -> list[tuple[int, int]]:
    if end - start == 1:
        return []
    middle = _split(start, end)
    if index < middle:
        return [*_siblings(index, start, middle), (middle, end)]
    return [*_siblings(index, middle, end), (start, middle)]


def _beginning(first: int, start: int, end: int, *, whole: bool) -> list[tuple[int, int]]:
    if first == end:
        return [] if whole else [(start, end)]
    middle = _split(start, end)
    if first <= middle:
        return [*_beginning(first, start, middle, whole=whole), (middle, end)]
    return [*_beginning(first, middle, end, whole=False), (start, middle)]
