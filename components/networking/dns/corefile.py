"""The Corefile's syntax: zones and what is done for each (coredns.io/manual/configuration)."""

from collections.abc import Iterable

DNS_PORT = 53


def server(zone: str, directives: Iterable[str]) -> str:
    """Return the block of one zone; a directive of several lines keeps them."""
    lines = [f"    {line}" for directive in directives for line in directive.splitlines()]
    return "\n".join([f"{zone}:{DNS_PORT} {{", *lines, "}"]) + "\n"


def block(directive: str, *options: str) -> str:
    """Return a directive with options of its own."""
    return "\n".join([f"{directive} {{", *(f"    {option}" for option in options), "}"])


def cache(seconds: int) -> tuple[str, ...]:
    """Return the directive that keeps answers; none for 0 seconds, which the plugin refuses."""
    return (f"cache {seconds}",) if seconds else ()


def forward(resolvers: Iterable[str]) -> str:
    """Return the directive that asks others, in turn; a resolver is an address or the path of a resolv.conf."""
    return f"forward . {' '.join(resolvers)}"
