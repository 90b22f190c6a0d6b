"""Numbers that look drawn, but depend on a key alone: the same whatever else is drawn."""

from __future__ import annotations

from hashlib import blake2b


def keyed_uniform(*key: int | str) -> float:
    """Return a number in [0, 1) for a key: 53 bits of its BLAKE2b hash.

    Parameters
    ----------
    key
        Numbers and words; another key gives a number that looks drawn anew. Only the last may be a
        word that others choose, such as an id: what stands between is told apart by zero bytes.
    """
    words = "\0".join(map(str, key)).encode()
    bits = int.from_bytes(blake2b(words, digest_size=8).digest(), "big") >> 11
    return float(bits * 2.0 ** -53)
