"""The way of a packet in each combination: from a client to an app, and from one app to another."""

from dataclasses import dataclass

from tests.matrix.axes import Row


@dataclass(frozen=True, slots=True)
class Hop:
    """One step; `how` is what is spoken, and who sees to it."""

    source: str
    target: str
    how: str


ENFORCER = {
    "calico": "Calico checks the policy on the node",
    "calico-cni": "Calico checks the policy on the node",
    "vpc-cni": "the VPC CNI's agent checks the policy on the node",
}
"""Who decides about a packet that reaches a pod."""

GATEWAYS = {
    "istio": "Istio's gateway pod",
    "gateway-istio": "Gateway pod of Istio",
    "nginx": "NGINX pod",
    "gateway-envoy": "Envoy pod of Envoy Gateway",
}
"""The pods that end TLS behind a network load balancer."""


def in_mesh(row: Row) -> bool:
    """Tell whether what hands a request to the app is in the mesh itself."""
    if row.ingress in ("istio", "gateway-istio"):
        return True
    return row.ingress in ("nginx", "gateway-envoy") and row.mesh in ("ambient", "linkerd")


def _to_app(row: Row, source: str) -> list[Hop]:
    """Return the steps from the last hop before the app to its container."""
    policy = ENFORCER[row.cni]
    if row.mesh == "none":
        return [Hop(source, "shop container :8080", f"HTTP; {policy}")]
    proxy = {"istio": "shop's sidecar", "ambient": "ztunnel on shop's node", "linkerd": "shop's linkerd-proxy"}[
        row.mesh
    ]
    first = "HTTP in plain text, for this port only"
    if in_mesh(row):
        first = "mutual TLS in HBONE :15008" if row.mesh == "ambient" else "mutual TLS"
    return [
        Hop(source, proxy, f"{first}; {policy}"),
        Hop(
            proxy, "shop container :8080", "HTTP; the authorization policy names the caller" if in_mesh(row) else "HTTP"
        ),
    ]


def from_outside(row: Row) -> list[Hop]:
    """Return the way of a client's request to the app `shop`."""
    if row.ingress == "external":
        return [
            Hop("Client", "Your controller", "HTTPS; you installed it"),
            *_to_app(row, "Your controller"),
        ]
    if row.ingress in ("alb", "gateway-alb"):
        balancer = "Application load balancer"
        first = [Hop("Client", balancer, "HTTPS :443; TLS ends, certificate of ACM")]
        if row.cni == "calico-cni":
            node = "Node port of any node"
            return [*first, Hop(balancer, node, "HTTP; pods have no address in the VPC"), *_to_app(row, node)]
        return [*first, *_to_app(row, balancer)]
    pod = GATEWAYS[row.ingress]
    return [
        Hop("Client", "Network load balancer", "TCP :443"),
        Hop("Network load balancer", "Node port of a node", "TCP; kube-proxy chooses a pod"),
        Hop("Node port of a node", pod, "TLS ends, certificate of cert-manager"),
        *_to_app(row, pod),
    ]


def between_apps(row: Row) -> list[Hop]:
    """Return the way of a call from `shop` to `stock`."""
    policy = ENFORCER[row.cni]
    wire = "in VXLAN between nodes; " if row.cni == "calico-cni" else ""
    if row.mesh == "none":
        return [Hop("shop container", "stock container :8080", f"HTTP; {wire}{policy}")]
    if row.mesh == "ambient":
        return [
            Hop("shop container", "ztunnel on shop's node", "HTTP, redirected in the pod's own network namespace"),
            Hop("ztunnel on shop's node", "Waypoint of data", f"mutual TLS in HBONE :15008; {policy}"),
            Hop("Waypoint of data", "ztunnel on stock's node", "retries, time limit, authorization by caller"),
            Hop("ztunnel on stock's node", "stock container :8080", "HTTP; from the waypoint only"),
        ]
    proxy = "sidecar" if row.mesh == "istio" else "linkerd-proxy"
    return [
        Hop("shop container", f"shop's {proxy}", "HTTP; retries and time limit"),
        Hop(f"shop's {proxy}", f"stock's {proxy}", f"mutual TLS :8080; {policy}"),
        Hop(f"stock's {proxy}", "stock container :8080", "HTTP; authorization by caller"),
    ]


def picture(hops: list[Hop]) -> str:
    """Return the hops as a Mermaid flowchart."""
    names: dict[str, str] = {}
    lines = ["flowchart LR"]
    for hop in hops:
        for end in (hop.source, hop.target):
            if end not in names:
                names[end] = f"n{len(names)}"
                lines.append(f'  {names[end]}["{end}"]')
    lines += [f'  {names[hop.source]} -- "{hop.how}" --> {names[hop.target]}' for hop in hops]
    return "\n".join(lines) + "\n"
