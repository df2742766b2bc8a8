"""Whatever app Slipway accepts, its objects are ones that the API server accepts, and they belong together."""

from base64 import b64encode
from typing import Any

from hypothesis import HealthCheck, given, settings

from components.apps.manifests import render
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.settings import StackSettings
from tests.support.app_strategies import POOLS, SECRETS, Fleet, apps_of, context_of, fleets
from tests.support.schemas import builtin_problems, manifest_problems
from tests.unit.apps.stacks import problems, stack

WORKLOADS = {"Deployment", "StatefulSet"}
POOL_ROOM: dict[str, Any] = {"nodePools": {name: {} for name in POOLS}}
VALUES = [f(f"value of {name}") for name in SECRETS for f in (str, lambda text: b64encode(text.encode()).decode())]
some = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def rendered(fleet: Fleet) -> list[tuple[AppSettings, dict[str, Manifest]]]:
    context = context_of(fleet)
    return [(app, render(app, context)) for app in apps_of(fleet)]


def workloads(objects: dict[str, Manifest]) -> list[Manifest]:
    return [each for each in objects.values() if each["kind"] in WORKLOADS]


def matches(selector: Manifest, labels: Manifest) -> bool:
    return selector.items() <= labels.items()


@settings(some, max_examples=12)
@given(fleets(most=2))
def test_every_object_is_valid(fleet: Fleet) -> None:
    for _, objects in rendered(fleet):
        for suffix, manifest in objects.items():
            custom = "." in manifest["apiVersion"] and not manifest["apiVersion"].split("/")[0].endswith(".k8s.io")
            found = manifest_problems(manifest) if custom else builtin_problems(manifest, ["1.36"])
            assert found == [], (suffix, manifest)


@some
@given(fleets())
def test_every_selector_finds_its_pods_and_no_others(fleet: Fleet) -> None:
    everything = rendered(fleet)
    pods = [
        (app.namespace, app.name, each["metadata"]["name"], each["spec"]["template"]["metadata"]["labels"])
        for app, objects in everything
        for each in workloads(objects)
    ]
    for app, objects in everything:
        for each in workloads(objects):
            selector = each["spec"]["selector"]["matchLabels"]
            selected = {
                owner for space, _, owner, labels in pods if space == app.namespace and matches(selector, labels)
            }
            assert selected == {each["metadata"]["name"]}
            assert not {"version", "app.kubernetes.io/version"} & selector.keys()
        shared = [
            *(each["spec"]["selector"] for each in objects.values() if each["kind"] == "Service"),
            objects["pdb"]["spec"]["selector"]["matchLabels"],
            *(
                each["spec"]["podSelector"]["matchLabels"]
                for each in objects.values()
                if each["kind"] == "NetworkPolicy"
            ),
        ]
        for selector in shared:
            assert {
                name for space, name, _, labels in pods if space == app.namespace and matches(selector, labels)
            } == {app.name}


@some
@given(fleets())
def test_references_lead_somewhere(fleet: Fleet) -> None:
    for app, objects in rendered(fleet):
        by_kind = {(each["kind"], each["metadata"]["name"]) for each in objects.values()}
        for each in workloads(objects):
            (container,) = each["spec"]["template"]["spec"]["containers"]
            names = {port["name"] for port in container.get("ports", [])}
            volumes = {volume["name"] for volume in each["spec"]["template"]["spec"].get("volumes", [])}
            volumes |= {claim["metadata"]["name"] for claim in each["spec"].get("volumeClaimTemplates", [])}
            assert {mount["name"] for mount in container.get("volumeMounts", [])} == volumes
            for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
                check = container.get(probe, {})
                port = (check.get("httpGet") or check.get("tcpSocket") or check.get("grpc") or {}).get("port", 1)
                assert isinstance(port, int) or port in names
            for source in container.get("envFrom", []):
                given_elsewhere = source.get("secretRef", {}).get("name") in app.secrets.existing
                mapped = source.get("configMapRef", {}).get("name"), source.get("secretRef", {}).get("name")
                assert given_elsewhere or ("ConfigMap", mapped[0]) in by_kind or ("Secret", mapped[1]) in by_kind
            for service in (each for each in objects.values() if each["kind"] == "Service"):
                assert {port["targetPort"] for port in service["spec"].get("ports", [])} <= names
        if app.scaling:
            target = objects["hpa"]["spec"]["scaleTargetRef"]
            assert (target["kind"], target["name"]) in by_kind
        if app.kind == "StatefulSet":
            assert ("Service", objects["statefulset"]["spec"]["serviceName"]) in by_kind
        for route in [*objects.get("vs", {}).get("spec", {}).get("http", [])]:
            for share in route["route"]:
                host, number = share["destination"]["host"], share["destination"]["port"]["number"]
                service = next(each for each in objects.values() if each["metadata"]["name"] == host.split(".")[0])
                assert number in {port["port"] for port in service["spec"]["ports"]}


@some
@given(fleets())
def test_every_pod_is_restricted(fleet: Fleet) -> None:
    """The fields that the Pod Security Standard `restricted` asks for, and a read-only root besides."""
    for _, objects in rendered(fleet):
        for each in workloads(objects):
            pod = each["spec"]["template"]["spec"]
            assert pod["securityContext"]["runAsNonRoot"] is True
            assert pod["securityContext"]["runAsUser"] > 0
            assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
            assert {sysctl["name"] for sysctl in pod["securityContext"].get("sysctls", [])} <= {
                "net.ipv4.ip_unprivileged_port_start"
            }
            assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
            assert all(volume.keys() == {"name", "emptyDir"} for volume in pod.get("volumes", []))
            (container,) = pod["containers"]
            security = container["securityContext"]
            assert security["allowPrivilegeEscalation"] is False
            assert security["readOnlyRootFilesystem"] is True
            assert security["capabilities"]["drop"] == ["ALL"]
            assert set(security["capabilities"].get("add", [])) <= {"NET_BIND_SERVICE"}
            assert "privileged" not in security
            assert not any("hostPort" in port for port in container.get("ports", []))


@some
@given(fleets())
def test_a_flow_is_open_at_both_ends_and_only_on_the_servers_ports(fleet: Fleet) -> None:
    opened: dict[str, set[Any]] = {"Ingress": set(), "Egress": set()}
    for app, objects in rendered(fleet):
        for each in (each for each in objects.values() if each["kind"] == "NetworkPolicy"):
            (direction,) = each["spec"]["policyTypes"]
            for rule in each["spec"]["ingress" if direction == "Ingress" else "egress"]:
                assert rule["ports"], "no ports would be all ports"
                ports = frozenset((port["port"], port["protocol"]) for port in rule["ports"])
                for peer in rule["from" if direction == "Ingress" else "to"]:
                    other = peer.get("podSelector", {}).get("matchLabels", {}).get("app")
                    if other:
                        pair = (other, app.name) if direction == "Ingress" else (app.name, other)
                        opened[direction].add((*pair, ports))
    assert opened["Ingress"] == opened["Egress"]
    apps = apps_of(fleet)
    wanted = {(client, app.name) for app in apps for client in app.allow_from}
    wanted |= {(app.name, server) for app in apps for server in app.allow_to}
    assert {(client, server) for client, server, _ in opened["Ingress"]} == wanted


@some
@given(fleets())
def test_no_two_objects_have_one_name_and_nothing_leaves_its_place(fleet: Fleet) -> None:
    identities = [
        (each["apiVersion"], each["kind"], each["metadata"]["namespace"], each["metadata"]["name"])
        for _, objects in rendered(fleet)
        for each in objects.values()
    ]
    assert len(identities) == len(set(identities))
    for app, objects in rendered(fleet):
        strays = {suffix for suffix, each in objects.items() if each["metadata"]["namespace"] != app.namespace}
        assert strays <= {"tls"}


@some
@given(fleets())
def test_a_secret_value_is_in_the_secret_only(fleet: Fleet) -> None:
    for _, objects in rendered(fleet):
        for each in objects.values():
            assert each["kind"] == "Secret" or not any(value in str(each) for value in VALUES)


@settings(some, max_examples=15)
@given(fleets())
def test_rendering_is_a_function(fleet: Fleet) -> None:
    assert rendered(fleet) == rendered(fleet)


@some
@given(fleets())
def test_these_are_apps_that_the_checks_accept(fleet: Fleet) -> None:
    assert problems(stack_of(fleet)) == []


def stack_of(fleet: Fleet) -> StackSettings:
    rooms: dict[str, Any] = {
        "mesh": {"kind": fleet.mesh},
        "ingress": {"controller": "istio" if fleet.mesh == "istio" else "external"},
        "certificates": {"email": "platform@example.com"},
        "secrets": dict.fromkeys(SECRETS, "hidden"),
    }
    return stack(
        "development" if fleet.pools else "local", *fleet.documents, **rooms, **(POOL_ROOM if fleet.pools else {})
    )
