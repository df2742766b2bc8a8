"""What becomes of a request from outside, by the rules of the controller whose objects are given.

Each follows its source: the AWS Load Balancer Controller's pkg/ingress (groups by `group.order`, then namespace and
name; the paths of a rule by length) and its rule conditions, where `*` stands for any characters; NGINX's locations, as
F5's controller writes them; the precedence of gateway.networking.k8s.io/v1; istiod's virtual hosts, in which routes
keep the order of their objects, but for those that match every path, which come last.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

from components.apps.words import Manifest

ALB = "alb.ingress.kubernetes.io"
REDIRECT, REFUSED = "redirect", "refused"


@dataclass(frozen=True, slots=True)
class Request:
    """A request; `host` is no wildcard."""

    host: str
    path: str
    scheme: Literal["http", "https"] = "https"
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = str
"""The Service that gets the request, `redirect` (to HTTPS), or `refused`."""


def below(path: str, prefix: str) -> bool:
    """Whether a path is a prefix or something below it, by whole elements."""
    stem = prefix.rstrip("/")
    return path == stem or path.startswith(f"{stem}/")


def covers(host: str, wanted: str) -> bool:
    """Whether a host of Kubernetes, whose wildcard stands for one label, is the one that is wanted."""
    return host == wanted or (host.startswith("*.") and wanted.partition(".")[2] == host[2:])


def by_alb(objects: Sequence[Manifest], request: Request) -> Answer:
    """The rules of the load balancer that DNS names: the host's own, else a wildcard's."""
    groups: dict[str, list[Manifest]] = {}
    for each in (each for each in objects if each["kind"] == "Ingress"):
        name = each["metadata"]["name"]
        groups.setdefault(each["metadata"]["annotations"].get(f"{ALB}/group.name", name), []).append(each)
    named = {name: {rule["host"] for each in group for rule in each["spec"]["rules"]} for name, group in groups.items()}
    there = [name for name, hosts in named.items() if request.host in hosts] or [
        name for name, hosts in named.items() if any(covers(host, request.host) for host in hosts)
    ]
    assert len(there) < 2, f"{request.host} is at several load balancers"
    if not there:
        return REFUSED
    group = groups[there[0]]
    if request.scheme == "http" and any(f"{ALB}/ssl-redirect" in _told(each) for each in group):
        return REDIRECT
    return next(_rules_of_alb(group, request), REFUSED)


def _told(ingress: Manifest) -> Mapping[str, str]:
    told: Mapping[str, str] = ingress["metadata"]["annotations"]
    return told


def _place(ingress: Manifest) -> tuple[int, str]:
    described = ingress["metadata"]
    order = int(_told(ingress).get(f"{ALB}/group.order", "0"))
    assert -1000 <= order <= 1000
    return order, f"{described['namespace']}/{described['name']}"


def _rules_of_alb(group: Sequence[Manifest], request: Request) -> Iterator[Answer]:
    for ingress in sorted(group, key=_place):
        for rule in ingress["spec"]["rules"]:
            paths = sorted(rule["http"]["paths"], key=lambda each: -len(each["path"]))
            for each in paths:
                stem = each["path"].rstrip("/")
                patterns = [stem, f"{stem}/*"] if stem else ["/*"]
                here = fnmatchcase(request.host, rule["host"])
                if here and any(fnmatchcase(request.path, pattern) for pattern in patterns):
                    yield from _action(ingress, each["backend"]["service"], request)


def _action(ingress: Manifest, backend: Manifest, request: Request) -> Iterator[Answer]:
    if backend["port"].get("name") != "use-annotation":
        yield backend["name"]
        return
    condition = _told(ingress).get(f"{ALB}/conditions.{backend['name']}")
    if condition is not None:
        wanted = json.loads(condition)[0]["httpHeaderConfig"]
        if request.headers.get(wanted["httpHeaderName"]) not in wanted["values"]:
            return
    groups = json.loads(_told(ingress)[f"{ALB}/actions.{backend['name']}"])["forwardConfig"]["targetGroups"]
    yield max(groups, key=lambda each: each["weight"])["serviceName"]


def by_nginx(objects: Sequence[Manifest], request: Request) -> Answer:
    """The server of the host (its own before a wildcard's), then the exact location, then the longest prefix."""
    servers = {server: (tls, told) for each in objects for server, tls, told in _servers(each)}
    name = request.host if request.host in servers else next((s for s in servers if covers(s, request.host)), None)
    if name is None:
        return REFUSED
    tls, locations = servers[name]
    if request.scheme == "http" and tls:
        return REDIRECT
    if request.scheme == "https" and not tls:
        return REFUSED
    if f"={request.path}" in locations:
        return str(locations[f"={request.path}"])
    prefixes = [each for each in locations if not each.startswith("=") and request.path.startswith(each)]
    return str(locations[max(prefixes, key=len)]) if prefixes else REFUSED


def _servers(each: Manifest) -> Iterator[tuple[str, bool, dict[str, str]]]:
    if each["kind"] == "Ingress":
        (rule,) = each["spec"]["rules"]
        marks = {"Exact": "=", "Prefix": ""}
        told = {
            f"{marks[path['pathType']]}{path['path']}": path["backend"]["service"]["name"]
            for path in rule["http"]["paths"]
        }
        yield rule["host"], "tls" in each["spec"], told
    elif each["kind"] == "VirtualServer":
        spec = each["spec"]
        yield spec["host"], "tls" in spec, {route["path"]: _passed(route) for route in spec["routes"]}


def _passed(route: Manifest) -> str:
    if "action" in route:
        return str(route["action"]["pass"])
    return str(max(route["splits"], key=lambda each: each["weight"])["action"]["pass"])


def by_gateway_api(objects: Sequence[Manifest], request: Request) -> Answer:
    """HTTPRoutes of the listener for the scheme: the most specific host, the longest path, the most headers."""
    found: list[tuple[tuple[Any, ...], Answer]] = []
    for route in (each for each in objects if each["kind"] == "HTTPRoute"):
        section = route["spec"]["parentRefs"][0].get("sectionName", "")
        hosts = [host for host in route["spec"]["hostnames"] if covers(host, request.host)]
        if (section == "http") != (request.scheme == "http") or not hosts:
            continue
        for rule in route["spec"]["rules"]:
            for match in rule["matches"]:
                headers = {each["name"]: each["value"] for each in match.get("headers", ())}
                if below(request.path, match["path"]["value"]) and headers.items() <= request.headers.items():
                    rank = (not hosts[0].startswith("*."), len(hosts[0]), len(match["path"]["value"]), len(headers))
                    filtered = any(each["type"] == "RequestRedirect" for each in rule.get("filters", ()))
                    found.append((rank, REDIRECT if filtered else _heaviest(rule["backendRefs"])))
    return max(found)[1] if found else REFUSED


def _heaviest(backends: Sequence[Manifest]) -> str:
    return str(max(backends, key=lambda each: each.get("weight", 1))["name"])


def by_istio(objects: Sequence[Manifest], request: Request) -> Answer:
    """The virtual host on the port of the scheme, of all Gateways and Ingresses; the objects' order is their age."""
    port = 80 if request.scheme == "http" else 443
    gateways = {each["metadata"]["name"]: each["spec"]["servers"] for each in objects if each["kind"] == "Gateway"}
    names = {host for host in _hosts(objects) if covers(host, request.host)}
    host = request.host if request.host in names else next(iter(names), None)
    if host is None:
        return REFUSED
    servers = [each for told in gateways.values() for each in told if each["port"]["number"] == port]
    if any(host in each["hosts"] and each.get("tls", {}).get("httpsRedirect") for each in servers):
        return REDIRECT
    ordered = [*_of_ingresses(objects, host, port), *_of_virtual_services(objects, gateways, host, port)]
    matching = [each for each in ordered if each.takes(request)]
    # what matches every request moves to the end (SortVHostRoutes)
    return next((each.answer for each in sorted(matching, key=lambda each: each.catches_all)), REFUSED)


@dataclass(frozen=True, slots=True)
class _Route:
    answer: Answer
    prefix: str = "/"
    exact: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bool = False

    @property
    def catches_all(self) -> bool:
        return self.exact is None and self.prefix == "/" and not self.headers

    def takes(self, request: Request) -> bool:
        if not self.headers.items() <= request.headers.items():
            return False
        if self.exact is not None:
            return request.path == self.exact
        # a VirtualService's prefix is one of characters, an Ingress's one of path elements
        return request.path.startswith(self.prefix) if self.raw else below(request.path, self.prefix)


def _hosts(objects: Sequence[Manifest]) -> Iterator[str]:
    for each in objects:
        if each["kind"] == "Ingress":
            yield from (rule["host"] for rule in each["spec"]["rules"])
        elif each["kind"] == "VirtualService" and each["spec"]["gateways"] != ["mesh"]:
            yield from each["spec"]["hosts"]


def _of_ingresses(objects: Sequence[Manifest], host: str, port: int) -> Iterator[_Route]:
    own = [each for each in objects if each["kind"] == "Ingress" and each["spec"]["rules"][0]["host"] == host]
    if port == 443 and not any("tls" in each["spec"] for each in own):
        return
    paths = [path for each in own for path in each["spec"]["rules"][0]["http"]["paths"]]
    for path in sorted(paths, key=lambda each: -len(each["path"])):
        yield _Route(path["backend"]["service"]["name"], path["path"])


def _of_virtual_services(
    objects: Sequence[Manifest], gateways: Mapping[str, Sequence[Manifest]], host: str, port: int
) -> Iterator[_Route]:
    for each in objects:
        if each["kind"] != "VirtualService" or host not in each["spec"]["hosts"]:
            continue
        opened = {
            name
            for name in each["spec"]["gateways"]
            for server in gateways.get(name.rpartition("/")[2], ())
            if host in server["hosts"] and server["port"]["number"] == port
        }
        for route in each["spec"]["http"] if opened else ():
            answer = REDIRECT if "redirect" in route else _destination(route["route"])
            for match in route.get("match", [{}]):
                if match.get("port", port) == port and opened & {*match.get("gateways", opened)}:
                    uri = match.get("uri", {})
                    headers = {name: told["exact"] for name, told in match.get("headers", {}).items()}
                    yield _Route(answer, uri.get("prefix", "/"), uri.get("exact"), headers, raw=True)


def _destination(routes: Sequence[Manifest]) -> str:
    heaviest = max(routes, key=lambda each: each.get("weight", 100))
    return str(heaviest["destination"]["host"]).partition(".")[0]


CONTROLLERS = {"alb": by_alb, "nginx": by_nginx, "gateway-api": by_gateway_api, "istio": by_istio}
