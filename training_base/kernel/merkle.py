"""The append-only hash tree of RFC 9162, section 2.1, as a frontier of perfect subtrees."""

import hashlib
from collections.abc import Sequence


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry: SHA-256 over 0x00 and the entry."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees: SHA-256 over 0x01 and both."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def append(frontier: Sequence[bytes], size: int, leaf: bytes) -> list[bytes]:
    """The frontier after one more leaf.

    Args:
        frontier: roots of the perfect subtrees, the largest first; one per set bit of ``size``.
        size: leaves so far.
        leaf: the new leaf's hash.

    Raises:
        ValueError: the frontier does not fit the size.
    """
    if len(frontier) != size.bit_count():
        raise ValueError("the frontier does not fit the size of the tree")
    grown = list(frontier)
    carry = leaf
    while size & 1:
        carry = node_hash(grown.pop(), carry)
        size >>= 1
    grown.append(carry)
    return grown


def root(frontier: Sequence[bytes]) -> bytes:
    """The tree's head; of the empty tree, the hash of nothing."""
    if not frontier:
        return hashlib.sha256(b"").digest()
    head = frontier[-1]
    for left in reversed(frontier[:-1]):
        head = node_hash(left, head)
    return head
