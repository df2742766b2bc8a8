"""The hosts that a text names: in URLs, as HOST:PORT, by a cluster's DNS, and by the bare name of a Service."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

PORTS = {
    "http": 80,
    "ws": 80,
    "https": 443,
    "wss": 443,
    "amqp": 5672,
    "amqps": 5671,
    "kafka": 9092,
    "ldap": 389,
    "ldaps": 636,
    "mongodb": 27017,
    "mysql": 3306,
    "nats": 4222,
    "postgres": 5432,
    "postgresql": 5432,
    "redis": 6379,
    "rediss": 6379,
    "sftp": 22,
    "smtp": 25,
    "smtps": 465,
    "sqlserver": 1433,
    "ssh": 22,
}
"""The port of a URL that says none, by its scheme, as IANA registered it (https://www.iana.org/assignments/uri-schemes,
.../service-names-port-numbers); for `rediss` the one that its clients take."""

_HOST = r"[a-zA-Z0-9](?:[-a-zA-Z0-9.]*[a-zA-Z0-9])?"
_URL = re.compile(r"\b([a-z][a-z0-9+-]*)://(?:[^\s/@\"'<>]*@)?([^\s/?#\"'`<>|()\\;]+)")
_PAIR = re.compile(rf"(?<![\w./:$%-])({_HOST}):(\d{{2,5}})(?![\w.:-])")
_IN_CLUSTER = re.compile(r"(?<![\w.-])([a-z0-9][-a-z0-9.]*\.svc(?:\.cluster\.local)?)\b(?!\.?[\w-])")
_KEYED = r"(?:\b\w*(?:host|hostname|server|addr|address|upstream|endpoint|broker)s?[\"']?\s*[:=\s]|(?:^|\s)-h)\s*[\"']?"
_CALLED = r"\b(?:curl|wget|ping|nslookup|dig|nc|telnet|getent hosts)\s(?:[^|;&\n]*\s)?"
_NOT_A_HOST = re.compile(
    r"((^|[-_])(NAME|USER|USERNAME|DATABASE|DB|DBNAME|SCHEMA|PASSWORD|PREFIX|SUFFIX|TOPIC|GROUP|ROLE|ENV|ENVIRONMENT|MODE"
    r"|TYPE|LEVEL|PROFILE|PROFILES|ID|KEY|PATH|APP|NAMESPACE|VERSION|TAG|LABEL|TABLE|BUCKET|COLLECTION))$",
    re.IGNORECASE,
)
"""What the names of variables end in that name something else than a host, by the same word."""

_HOLDS_A_HOST = re.compile(
    r"(HOST|HOSTNAME|SERVER|SERVERS|ENDPOINT|ADDR|ADDRESS|DOMAIN|BROKER|BROKERS)$", re.IGNORECASE
)

_NO_CALLS = re.compile(r"(www\.)?w3\.org|.*schemas?\..*|json-schema\.org|.*\.apache\.org|localhost|.*\.local")


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """A host that a text names, and the port if it says one; `sure` is whether it can be nothing but a host."""

    host: str
    port: int | None = None
    sure: bool = True


def references(text: str, known: Iterable[str] = (), *, variable: str = "") -> set[Reference]:
    """Return the hosts that a text names; `known` are the Services of whose bare names are hosts, too.

    `variable` is what holds the text: a word like NAME or DATABASE in it says that a bare word is no host.
    """
    plain = _without_comments(text) if "\n" in text else text
    names = set(known)
    found = {*_of_urls(plain), *_of_pairs(plain)}
    found |= {Reference(each.lower()) for each in _IN_CLUSTER.findall(plain)}
    found |= {Reference(name, port, sure=False) for name, port in _bare(plain, names, variable)}
    if _HOLDS_A_HOST.search(variable) and outside(plain.strip().lower()):
        found.add(Reference(plain.strip().lower()))
    said = {each.host for each in found if each.port}
    return {each for each in found if each.port or each.host not in said}


def outside(host: str) -> bool:
    """Tell whether a host is outside the cluster, by its name: an address, or a name with a domain."""
    if _NO_CALLS.fullmatch(host) or host.startswith("127.") or host == "0.0.0.0":  # noqa: S104 (nothing is bound)
        return False
    address = re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", host)
    domain = re.fullmatch(r"([-a-z0-9]+\.)+[a-z]{2,}", host) and not re.search(r"\.svc(\.cluster\.local)?$", host)
    return bool(address or domain)


def _without_comments(text: str) -> str:
    return re.sub(r"^\s*(#|//|;|<!--).*$", "", text, flags=re.MULTILINE)


def _of_urls(text: str) -> Iterator[Reference]:
    for scheme, hosts in _URL.findall(text):
        for each in hosts.split(","):
            match = re.fullmatch(rf"({_HOST})(?::(\d{{1,5}}))?\.?", each.rstrip(".:"))
            kind = scheme.rpartition("+")[0] or scheme
            if match and (match[2] or kind in PORTS or scheme in PORTS):
                yield Reference(match[1].lower(), int(match[2] or PORTS.get(kind) or PORTS[scheme]))


def _of_pairs(text: str) -> Iterator[Reference]:
    whole = all(_PAIR.fullmatch(each.strip()) for each in text.split(","))
    for host, port in _PAIR.findall(_URL.sub(" ", text)):
        if not host.replace(".", "").isdigit() or host.count(".") == 3:
            yield Reference(host.lower(), int(port), sure=whole or "." in host)


def _bare(text: str, names: set[str], variable: str) -> Iterator[tuple[str, int | None]]:
    """Yield the names of Services that stand where a host does, without a scheme and a colon."""
    if not _NOT_A_HOST.search(variable) or variable.upper().endswith("HOSTNAME"):
        for each in re.split(r"[,;]", text):
            host = each.strip().strip("\"'").rstrip(".")
            if host in names:
                yield host, None
    for name in names:
        if name not in text:
            continue
        end = r"(?![-\w.]|:\D)"
        word = rf"{re.escape(name)}{end}"
        if re.search(rf"(?:{_KEYED}|{_CALLED}){word}", text, re.IGNORECASE):
            yield name, None
        for port in re.findall(rf"(?<![-\w./]){re.escape(name)}[\"',]*\s+[\"']?(\d{{2,5}})\b", text):
            yield name, int(port)
