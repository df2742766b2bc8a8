"""What the program relies on in each chart, against what the chart does: ports, flags, files, versions, replicas."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from components.chart_parts import PARTS
from components.charts import Charts
from components.networking.called import CALLED
from components.networking.called_ports import INSTALLED
from components.networking.host_network import host_network_values
from tests.support.chart_calls import chart_faults, charts, needed, opened
from tests.support.chart_contracts import called, contracts, crowded, faults, misled, unread, unserved
from tests.support.shipped import STACKS, recorded

ON_EKS = [stack for stack in STACKS if stack != "local"]


def test_every_chart_of_the_lock_has_a_contract_of_its_version() -> None:
    stale = {
        entry: f"tests/data/chart_contracts/{entry}.yaml was read at"
        f" {contracts()[entry].version if entry in contracts() else 'no version'}, and the lock has {pinned.version}:"
        " read the chart's templates and its programs' flags again, then write the version there"
        for entry, pinned in Charts.read_lock().charts.items()
        if entry not in contracts() or contracts()[entry].version != pinned.version
    }
    assert stale == {}
    assert contracts().keys() == Charts.read_lock().charts.keys()


def test_the_table_of_what_is_called_is_the_charts_own() -> None:
    by_contract = {entry: {each.port for each in contract.called} for entry, contract in contracts().items()}
    for entry, ports in by_contract.items():
        assert set(CALLED[entry].ports if entry in CALLED else ()) == ports, entry
        if ports and entry != "consul":  # whose injector the program never installs
            assert entry in INSTALLED, entry
    assert INSTALLED.keys() - {"metrics-server"} <= {entry for entry, ports in by_contract.items() if ports}


@pytest.mark.parametrize("entry", [entry for entry in CALLED if entry in contracts()])
def test_what_moves_on_an_overlay_is_told_to_the_program_and_called_there(entry: str) -> None:
    row = CALLED[entry]
    if row.unreachable:
        return
    values = host_network_values(entry, overlay=True)
    assert list(misled(entry, values)) == []
    assert called(entry, values, overlay=True) == set(row.called(overlay=True))
    contract = contracts()[entry]
    known = {path for each in (*contract.called, *contract.listens) for path in (each.value, each.flag)}
    assert {path for path, found in leaves(values) if str(found).rpartition(":")[2].isdigit()} <= known


def leaves(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, found in values.items():
        if isinstance(found, Mapping):
            yield from leaves(found, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", found


@pytest.mark.parametrize("stack", ON_EKS)
def test_the_control_plane_reaches_what_a_shipped_stack_installs_and_no_more(stack: str) -> None:
    assert opened(recorded(stack)) == needed(recorded(stack))


@pytest.mark.parametrize("stack", STACKS)
def test_the_charts_of_a_shipped_stack_are_used_as_they_are(stack: str) -> None:
    assert chart_faults(recorded(stack)) == []


@pytest.mark.parametrize("stack", STACKS)
def test_every_number_of_pods_that_is_set_is_in_the_contract(stack: str) -> None:
    for entry, values in charts(recorded(stack)):
        several = {
            path
            for path, found in leaves(values)
            if path.rpartition(".")[2].lower() in COUNTS and isinstance(found, int) and found > 1
        }
        assert several <= {each.value for each in contracts()[entry].replicas}, entry


def test_every_number_of_pods_that_a_stack_may_adjust_is_in_the_contract() -> None:
    for entry, parts in PARTS.items():
        adjustable = {part.paths["replicas"] for part in parts.values() if "replicas" in part.paths}
        assert adjustable <= {each.value for each in contracts()[entry].replicas}, entry


COUNTS = {"replicas", "replicacount", "minreplicas", "autoscalemin", "controllerreplicas"}


def test_a_webhook_without_its_files_is_found_out() -> None:
    certified = {
        "admissionController": {
            "generateCertificate": False,
            "tlsSecretKeys": [{"key": "ca.crt", "path": "ca"}, {"key": "tls.crt", "path": "cert"}],
        }
    }
    assert len(list(unread("vpa", certified))) == 3
    certified["admissionController"]["generateCertificate"] = True
    assert list(unread("vpa", certified)) == []


def test_a_port_that_the_program_is_not_told_of_is_found_out() -> None:
    (found,) = misled("vpa", {"admissionController": {"httpPort": 10271}})
    assert "is looked for on 10271, and listens on 8000" in found
    assert list(misled("vpa", {"admissionController": {"httpPort": 10271, "extraArgs": {"port": "10271"}}})) == []
    assert list(misled("vpa", {"admissionController": {"extraArgs": {"port": "10271"}}})) != []


def test_several_pods_on_one_node_are_found_out() -> None:
    (found,) = crowded("trust-manager", {"replicaCount": 2})
    assert "may share a node" in found
    assert list(crowded("trust-manager", {"replicaCount": 1})) == []
    assert list(crowded("aws-privateca-issuer", {"replicaCount": 2})) == []  # by the chart's own default


def test_a_version_that_nobody_serves_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults("linkerd-control-plane", {}) == []
    contract = contracts()["linkerd-control-plane"]
    former = [
        each.model_copy(update={"versions": ("v1alpha2",)}) if each.kind == "TLSRoute" else each
        for each in contract.watches
    ]
    altered = {**contracts(), "linkerd-control-plane": contract.model_copy(update={"watches": tuple(former)})}
    monkeypatch.setattr("tests.support.chart_contracts.contracts", lambda: altered)
    (found,) = unserved("linkerd-control-plane", {})
    assert "reads TLSRoute as v1alpha2" in found


def test_the_contracts_say_what_was_not_read() -> None:
    for entry, contract in contracts().items():
        assert all(len(source) > 10 for source in contract.sources), entry
        at = f"at v{contract.version.removeprefix('v')}"
        assert contract.unverified or any(at in each for each in contract.sources), entry
