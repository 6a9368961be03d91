"""Knows how Firefox packs a stored row: Snappy's raw format (google/snappy, format_description.txt); knows no database."""


def unpack(packed: bytes) -> bytes:
    """What was packed; raises IndexError or ValueError for what is not in this format."""
    length, at = _varint(packed, 0)
    made = bytearray()
    while at < len(packed):
        tag = packed[at]
        kind, at = tag & 3, at + 1
        if kind == 0:
            size = tag >> 2
            if size >= 60:
                width = size - 59
                size, at = int.from_bytes(packed[at : at + width], "little"), at + width
            made += packed[at : at + size + 1]
            at += size + 1
            continue
        if kind == 1:
            size, offset, at = (tag >> 2 & 7) + 4, tag >> 5 << 8 | packed[at], at + 1
        else:
            width = 2 if kind == 2 else 4
            size, offset, at = (tag >> 2) + 1, int.from_bytes(packed[at : at + width], "little"), at + width
        if not 0 < offset <= len(made):
            raise ValueError("a copy of what is not there")
        for _ in range(size):
            made.append(made[-offset])
    if len(made) != length:
        raise ValueError("not as long as it says")
    return bytes(made)


def _varint(packed: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while packed[at] & 0x80:
        value |= (packed[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
    return value | packed[at] << shift, at + 1
