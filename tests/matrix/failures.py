"""What goes wrong with each choice when it is put together by hand, and what is done about it here."""

from collections.abc import Iterator

from tests.matrix.axes import LOAD_BALANCED, Row
from tests.matrix.paths import in_mesh

CNI = {
    "calico": (
        (
            "**Two policy engines, or none.** The VPC CNI's own is off, and the deployment waits until Calico enforces;"
            " new pods are annotated with their addresses, or policies would reach them late."
        ),
    ),
    "calico-cni": (
        (
            "**Webhooks that time out.** The control plane has no route to pod addresses: every webhook is on the host"
            " network, on a port of its own."
        ),
        (
            "**A cluster that waits for itself.** Nodes are ready only with Calico, whose operator runs on nodes: both"
            " are made at the same time, and CoreDNS after them."
        ),
    ),
    "vpc-cni": (
        "**Policies that nobody enforces.** The add-on's agent is off by default; here it is on.",
        (
            "**Nodes that are full at 35 pods.** All instance types are Nitro: interfaces take prefixes, and kubelet"
            " is told so."
        ),
    ),
}
MESH = {
    "none": (),
    "istio": (
        (
            "**Init containers that Pod Security refuses.** The node agent redirects traffic; the namespaces stay"
            " `restricted`."
        ),
        "**Anybody may call anybody.** Mutual TLS is required, and a pod serves only whom its file admits.",
    ),
    "ambient": (
        (
            "**A policy for port 8080 that matches nothing.** Meshed pods talk on 15008, which the policies open for"
            " the same callers."
        ),
        "**Rules about HTTP without anybody who reads it.** Each namespace has a waypoint, and the rules are there.",
    ),
    "linkerd": (
        (
            "**An issuer that expires on a Sunday.** cert-manager renews it, trust-manager hands out the anchor; no key"
            " is in Pulumi's state."
        ),
        "**A policy for port 8080 that matches nothing.** Proxies keep the port instead of using 4143 for all.",
    ),
}
INGRESS = {
    "istio": ("**A gateway without an image.** It is made after istiod, whose webhook fills it in.",),
    "alb": (
        "**A VPC that cannot be deleted.** The controller goes after every Ingress, or its load balancers would stay.",
        "**A certificate that the load balancer cannot read.** It takes none from a Secret: ACM's is used.",
    ),
    "nginx": (
        "**A controller without security fixes.** The community's ingress-nginx ended in March 2026; this is F5's.",
    ),
    "gateway-istio": ("**Two owners of the Gateway API.** Its definitions come from one chart, before istiod starts.",),
    "gateway-envoy": (
        "**Two owners of the Gateway API.** Its definitions come from one chart; Envoy Gateway's own are off.",
    ),
    "gateway-alb": (
        "**A Gateway that outlives its controller.** The Gateway goes first, and takes the load balancer with it.",
    ),
    "external": ("**An Ingress that nobody serves.** The preview says that the controller is yours to install.",),
}


def failures(row: Row) -> Iterator[str]:
    """Yield what the combination avoids, one sentence or two each."""
    yield from CNI[row.cni]
    yield from MESH[row.mesh]
    yield from INGRESS[row.ingress]
    if row.cni == "calico-cni" and row.ingress in LOAD_BALANCED:
        yield (
            "**Targets that never get healthy.** The load balancer cannot reach pod addresses: its targets are nodes,"
            " and the app's Service has a node port."
        )
    if row.mesh != "none" and not in_mesh(row):
        yield (
            "**A way in that does not speak the mesh's TLS.** It would be refused: the one exposed port takes plain"
            " text, and the network policy lets nobody else reach it."
        )
