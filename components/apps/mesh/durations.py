"""Time spans, which each system writes in its own way."""

_MILLISECONDS = {"ms": 1, "s": 1000, "m": 60_000}
_PARTS = (("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1))


def _split(duration: str) -> tuple[int, str]:
    count = duration.rstrip("ms")
    return int(count), duration[len(count) :]


def milliseconds(duration: str) -> int:
    """Return a `Duration` of an app's settings in milliseconds."""
    count, unit = _split(duration)
    return count * _MILLISECONDS[unit]


def times(duration: str, factor: int) -> str:
    """Return a multiple of a `Duration`, in its own unit."""
    count, unit = _split(duration)
    return f"{count * factor}{unit}"


def gateway_duration(duration: str) -> str:
    """Return a `Duration` as the Gateway API writes it (GEP-2257): hours to milliseconds, five digits each at most."""
    rest, parts = milliseconds(duration), []
    for unit, size in _PARTS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)
