"""Reviews to show: the shipped staging stack with something of everything, and one of a thousand apps."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from policy.model import Report, Violation
from slipway.cost.breakdown import Breakdown, Range, Share
from slipway.page.data import PageData
from slipway.plan.model import Change, Plan, Rename, Step
from slipway.preview import purposes
from slipway.preview.manifests import manifests
from slipway.preview.preview import Preview, preview_stack
from slipway.recording.resource import Resource

ROOT = Path(__file__).parents[2]
LINES = [f"line {number}" for number in range(30)]
CANARY = "canary-5c0ffee-never-shown"
HOSTILE = "</script><img src=x onerror=alert(1)>&\"'"


@cache
def previewed(stack: str) -> Preview:
    """Return the preview of a shipped stack, made once: in a thread, as Playwright has the event loop of this one."""
    with ThreadPoolExecutor(1) as thread:
        made = thread.submit(preview_stack, ROOT, stack, on=date(2026, 11, 21), on_resource=lambda _: None)
    return made.result()


def data_of(stack: str = "staging", **more: object) -> PageData:
    """Return the page's data of a shipped stack, without a plan, a report and a breakdown."""
    shown = previewed(stack)
    found = PageData(
        recording=shown.recording,
        summary=shown.summary,
        apps=shown.apps,
        cost=shown.cost,
        manifests=manifests(shown.recording),
        warnings=shown.warnings,
        purposes={
            token: why
            for token in {each.type for each in shown.recording.resources}
            if (why := purposes.of_type(token))
        },
    )
    return replace(found, **more)  # type: ignore[arg-type]


def full() -> PageData:
    """Return staging with a plan, policies and costs: something of everything that a page can show."""
    data = data_of()
    return replace(data, plan=plan(data), report=report(data), breakdown=breakdown(), rules=RULES)


def named(data: PageData, kind: str, name: str) -> Resource:
    """Return one resource by its kind and logical name."""
    (found,) = [each for each in data.recording.resources if (each.kind, each.name) == (kind, name)]
    return found


def plan(data: PageData) -> Plan:
    """Return a plan with an operation of each sort, values of each sort, and one destructive step of each sort."""
    webapp, database = (
        named(data, "Deployment", "webapp-deployment"),
        named(data, "StatefulSet", "postgres-statefulset"),
    )
    vpc, group = named(data, "Vpc", "network"), named(data, "NodeGroup", "nodes-spot-us-west-2a")
    config, key = named(data, "ConfigMap", "webapp-config"), named(data, "Key", "cluster-key")
    gone = replace(
        group,
        urn=f"{group.urn}-batch",
        name="nodes-batch-us-west-2a",
        inputs={**group.inputs, "labels": {"slipway.dev/pool": "batch"}},
    )
    said = {
        webapp.urn: Step(
            "update",
            webapp,
            webapp,
            (
                Change(
                    ("spec", "template", "spec", "containers", 0, "image"),
                    "registry.example.com/webapp:2.0.9",
                    "registry.example.com/webapp:2.1.0",
                ),
                Change(("metadata", "annotations", "checksum/config"), None, None, secret=True),
                Change(("spec", "minReadySeconds"), None, 10),
            ),
        ),
        config.urn: Step(
            "update",
            config,
            config,
            (
                Change(("data", "nginx.conf"), "\n".join(LINES), "\n".join([*LINES[:15], HOSTILE, *LINES[16:]])),
                Change(("data", "PASSWORD"), CANARY, CANARY + "2", secret=True),
            ),
        ),
        database.urn: Step(
            "replace",
            database,
            database,
            (
                Change(
                    ("spec", "volumeClaimTemplates", 0, "spec", "resources", "requests", "storage"),
                    "10Gi",
                    "20Gi",
                    forces="the API server refuses an update of volumeClaimTemplates (Kubernetes API reference)",
                ),
            ),
            reasons=("spec.volumeClaimTemplates cannot be updated",),
            loss="The pods go at once; their volumes stay, and the new pods take them again",
        ),
        vpc.urn: Step(
            "replace",
            vpc,
            vpc,
            (
                Change(
                    ("cidrBlock",),
                    "10.20.0.0/16",
                    "10.30.0.0/16",
                    forces="“Changing this forces a new resource” (pulumi-aws, ec2.Vpc)",
                ),
            ),
            reasons=("cidrBlock cannot be changed",),
            loss="The network with all that is in it",
            protected=True,
            options=("protect: true -> false",),
        ),
        group.urn: Step("create", None, group),
        gone.urn: Step("delete", gone, None),
        key.urn: Step("update", key, key, (Change(("description",), "old", "new", after=vpc.urn),)),
    }
    steps = [said.get(each.urn) or Step("unchanged", each, each) for each in data.recording.resources]
    ordered = tuple(sorted((*steps, said[gone.urn]), key=lambda step: step.urn))
    rename = Rename(gone.urn, group.urn, f'opts=pulumi.ResourceOptions(aliases=["{gone.urn}"])')
    return Plan(
        "staging",
        "main at 1a2b3c4",
        ordered,
        renames=(rename,),
        acknowledged=frozenset({database.urn}),
        stale=("allow-replace urn:pulumi:staging::slipway::x::old",),
        notes=("The lock file differs: REF ran with its own packages",),
    )


RULES = {
    "no-public-endpoint": "The API server is not reachable by everyone",
    "disruption-budgets": "A budget leaves room for drains",
    "imdsv2": "Nodes insist on IMDSv2",
    "required-tags": "Every AWS resource says whose it is",
}


def report(data: PageData) -> Report:
    """Return a report with a failure, an exempted one, advice and a passed rule."""
    cluster, budget = named(data, "Cluster", "cluster"), named(data, "PodDisruptionBudget", "api-gateway-pdb")
    return Report(
        violations=(
            Violation("no-public-endpoint", "mandatory", cluster.urn, f"publicAccessCidrs has 0.0.0.0/0 {HOSTILE}"),
            Violation(
                "required-tags", "mandatory", None, "tag team is missing", exemption="until the migration is over"
            ),
            Violation("disruption-budgets", "advisory", budget.urn, "maxUnavailable is 0: every drain waits for ever"),
        ),
        checked=tuple(RULES),
        notes=("the exemption of imdsv2 ended on 2026-11-01",),
    )


def share(name: str, least: int, expected: int, most: int, delta: int | None = 0) -> Share:
    """Return a share in whole dollars."""
    cost = Range(Decimal(least), Decimal(expected), Decimal(most))
    return Share(name, cost, None if delta is None else Decimal(delta))


def breakdown() -> Breakdown:
    """Return costs with pools that scale, some that grew and some that shrank."""
    return Breakdown(
        total=share("total", 4200, 5360, 15100, 212),
        components=(
            share("NodePools nodes", 3900, 5000, 14700, 240),
            share("ControlPlane cluster", 74, 74, 74),
            share("Routing routing", 226, 286, 326, -28),
        ),
        categories=(
            share("instances on demand", 3500, 4560, 13500, 240),
            share("spot instances", 220, 250, 800),
            share("control plane", 73, 73, 73),
            share("NAT gateways", 36, 36, 36, -28),
            share("EBS volumes", 120, 160, 300),
            share("endpoints", 44, 44, 44),
            share("load balancers", 17, 17, 17),
            share("logs", 10, 30, 90),
            share("KMS", 1, 1, 1),
        ),
        pools=(
            share("gpu", 4400, 4400, 9000),
            share("general", 240, 243, 730, 240),
            share("memory", 360, 368, 900),
            share("spot", 0, 250, 800),
        ),
        apps=(share("api-gateway", 40, 40, 80, 12), share("webapp", 50, 62, 100), share("postgres", 60, 60, 60)),
        idle=Range(Decimal(3000), Decimal(4838), Decimal(4838)),
        spot_saving=Decimal(581),
    )
