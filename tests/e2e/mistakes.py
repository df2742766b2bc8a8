"""Ten mistakes that can be made in the shipped production stack, and what is said of each."""

from dataclasses import dataclass
from pathlib import Path

from tests.unit.loading.project import edit

STACK = "Pulumi.production.yaml"
API, POSTGRES, WEB, SHOP = (f"apps/production/{name}.yaml" for name in ("api-gateway", "postgres", "webapp", "webshop"))
SHOP_APP = """\
name: webshop
namespace: web
image: registry.example.com/webshop:1.0.0
replicas: 1
ports:
  http: 8080
  admin: {port: 8081, targetPort: 8080}
resources:
  limits: {cpu: 100m, memory: 128Mi}
"""


@dataclass(frozen=True)
class Slip:
    """One mistake: in `file` stands `new` in the place of `old` (None: `new` is the whole file).

    `line` is text that only the line to blame has. `message` is how the message starts, `allowed` a part of its text.
    """

    file: str
    old: str | None
    new: str
    line: str
    key: str
    message: str
    found: str
    allowed: str
    nearest: str

    def make(self, root: Path) -> None:
        """Make the mistake in the project in `root`."""
        if self.old is None:
            (root / self.file).write_text(self.new)
        else:
            edit(root / self.file, (self.old, self.new))

    def line_number(self, root: Path) -> int:
        """Return the line to blame."""
        lines = (root / self.file).read_text().splitlines()
        [number] = [number for number, text in enumerate(lines, start=1) if self.line in text]
        return number


TEN = {
    "unknown key": Slip(
        STACK,
        "gpu: {} ",
        "gpu: {zone: us-west-2a} ",
        line="zone: us-west-2a",
        key="slipway:nodePools.gpu.zone",
        message="no such key",
        found="zone",
        allowed="taints, version, zones",
        nearest="zones",
    ),
    "wrong type": Slip(
        STACK,
        "memory: {} ",
        "memory: {size: 2 nodes} ",
        line="2 nodes",
        key="slipway:nodePools.memory.size",
        message="wrong type",
        found='"2 nodes"',
        allowed="a whole number, at least 0",
        nearest="2",
    ),
    "overlapping CIDR": Slip(
        STACK,
        "cidr: 10.40.0.0/16",
        "cidr: 172.20.0.0/16",
        line="cidr: 172.20.0.0/16",
        key="slipway:network.cidr",
        message="overlaps the Kubernetes Service network",
        found="172.20.0.0/16",
        allowed="a network that shares no address with 172.20.0.0/16",
        nearest="172.21.0.0/16",
    ),
    "unsupported version": Slip(
        STACK,
        'version: "1.35"',
        'version: "1.28"',
        line="1.28",
        key="slipway:cluster.version",
        message="EKS does not support this Kubernetes version",
        found="1.28",
        allowed="1.36, 1.35, 1.34",
        nearest="1.32",
    ),
    "one port twice in a pod": Slip(
        SHOP,
        None,
        SHOP_APP,
        line="admin: {port: 8081",
        key="ports.admin",
        message="the ports http and admin of webshop are both 8080/TCP",
        found="8080",
        allowed="every port once",
        nearest="8081",
    ),
    "an app naming a missing pool": Slip(
        POSTGRES,
        "pool: memory",
        "pool: memroy",
        line="memroy",
        key="pool",
        message="no such node pool",
        found="memroy",
        allowed="general, gpu, memory, production, spot",
        nearest="memory",
    ),
    "bad quantity": Slip(
        WEB,
        "cpu: 500m",
        "cpu: 500mm",
        line="500mm",
        key="resources.limits.cpu",
        message="not accepted",
        found='"500mm"',
        allowed="a Kubernetes quantity: a number followed by",
        nearest="500m",
    ),
    "full CNI with Istio": Slip(
        STACK,
        "mode: policy-only",
        "mode: cni",
        line="mode: cni",
        key="slipway:cni.mode",
        message="istio does not work on Calico's pod network",
        found="cni with mesh.kind istio",
        allowed="policy-only, or mesh.kind none",
        nearest="policy-only",
    ),
    "T1 on spot": Slip(
        API,
        "tier: 1",
        "tier: 1\npool: spot",
        line="pool: spot",
        key="pool",
        message="tier 1 is mission critical",
        found="spot",
        allowed="an on-demand pool: general, gpu, memory, production",
        nearest="production",
    ),
    "negative replicas": Slip(
        WEB,
        "replicas: 3",
        "replicas: -1",
        line="replicas: -1",
        key="replicas",
        message="too small",
        found="-1",
        allowed="a whole number, at least 0, at most 2147483647",
        nearest="0",
    ),
}

DOCUMENTED = ("unknown key", "full CNI with Istio", "bad quantity", "negative replicas")
"""Those that docs/guide/settings.md shows."""
