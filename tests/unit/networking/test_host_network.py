"""Webhooks on the host network: who is put there, on which ports, by values that the charts have."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.foundation.addons import merged
from components.networking.called import CALLED
from components.networking.host_network import RESERVED, host_network_level, host_network_values
from tests.support.chart_values import chart, unknown_values

FIXED = {10251, 6080, 9402, 61779}
"""Ports that a chart or an add-on sets itself, apart from what others set: no value names them."""

HOST_NETWORKED = {entry: row.host for entry, row in CALLED.items() if row.host}
UNREACHABLE = [entry for entry, row in CALLED.items() if row.unreachable]
BY_ITSELF = {"tigera-operator"}
"""What is put there by its operator, without a value."""

CHARTS = [entry for entry in CALLED if entry not in UNREACHABLE]


def leaves(values: Mapping[str, Any]) -> Iterator[Any]:
    for value in values.values():
        if isinstance(value, Mapping):
            yield from leaves(value)
        else:
            yield value


def ports_in(values: Mapping[str, Any]) -> set[int]:
    """Return the ports that some values name, as a number or at the end of an address to bind."""
    texts = [str(each).removeprefix(":") for each in leaves(values) if not isinstance(each, bool)]
    return {int(text) for text in texts if text.isdigit()}


@pytest.mark.parametrize("entry", CHARTS)
def test_the_values_exist_in_the_chart(entry: str) -> None:
    assert unknown_values(chart(entry), host_network_values(entry, overlay=True)) == []


@pytest.mark.parametrize("entry", CHARTS)
def test_where_pods_are_reachable_nothing_is_moved(entry: str) -> None:
    assert host_network_values(entry, overlay=False) == {}
    assert host_network_level(entry, "restricted", overlay=False) == "restricted"


@pytest.mark.parametrize("entry", HOST_NETWORKED)
def test_every_one_is_moved_to_the_ports_of_its_row(entry: str) -> None:
    row, values = HOST_NETWORKED[entry], host_network_values(entry, overlay=True)
    if entry in BY_ITSELF:
        assert row.called == CALLED[entry].ports
        return
    assert True in leaves(values)  # hostNetwork, whatever the chart calls it
    assert ports_in(values) <= {*row.called, *row.beside}
    assert {*row.called, *row.beside} - ports_in(values) <= FIXED


def test_a_name_of_a_service_resolves_where_it_is_asked_for() -> None:
    assert host_network_values("keda", overlay=True)["metricsServer"]["dnsPolicy"] == "ClusterFirstWithHostNet"
    kyverno = host_network_values("kyverno", overlay=True)
    assert kyverno["admissionController"]["dnsPolicy"] == kyverno["cleanupController"]["dnsPolicy"]


@pytest.mark.parametrize("part", ["admissionController", "cleanupController"])
def test_kyvernos_probes_follow_its_server(part: str) -> None:
    values = host_network_values("kyverno", overlay=True)[part]
    server = values.get("webhookServer") or values["server"]
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert values[probe]["httpGet"]["port"] == server["port"]
        assert chart("kyverno")["values"][f"{part}.{probe}.httpGet.port"] == 9443  # named apart from the server's


@given(st.sets(st.sampled_from(sorted(HOST_NETWORKED))))
def test_whatever_is_installed_no_two_have_a_port_on_one_node(entries: set[str]) -> None:
    taken = Counter(
        port for entry in entries for port in (*HOST_NETWORKED[entry].called, *HOST_NETWORKED[entry].beside)
    )
    assert all(count == 1 for count in taken.values())
    assert taken.keys().isdisjoint(RESERVED)
    assert all(1024 <= port < 30000 or port == 61779 for port in taken)  # outside of node ports and ephemeral ports


def test_values_are_the_callers_own() -> None:
    values = host_network_values("cert-manager", overlay=True)
    values["webhook"]["securePort"] = 1
    assert host_network_values("cert-manager", overlay=True)["webhook"]["securePort"] == 10260


def test_values_are_laid_on_those_of_the_component() -> None:
    own = {"webhook": {"replicaCount": 2, "securePort": 10250}}
    assert merged(own, host_network_values("cert-manager", overlay=True)) == {
        "webhook": {"replicaCount": 2, "hostNetwork": True, "securePort": 10260}
    }


def test_a_chart_without_a_webhook_is_left_alone() -> None:
    assert host_network_values("external-dns", overlay=True) == {}
    assert host_network_level("external-dns", "restricted", overlay=True) == "restricted"


def test_only_privileged_namespaces_admit_the_host_network() -> None:
    assert host_network_level("cert-manager", "restricted", overlay=True) == "privileged"


@pytest.mark.parametrize("entry", UNREACHABLE)
def test_what_cannot_be_reached_is_refused_with_its_reason(entry: str) -> None:
    with pytest.raises(ValueError, match="host network"):
        host_network_values(entry, overlay=True)
    assert host_network_values(entry, overlay=False) == {}


def test_no_chart_of_the_lock_that_cannot_move_has_a_value_for_it() -> None:
    for entry in ("istiod", "linkerd-control-plane"):
        assert [path for path in chart(entry)["values"] if "hostnetwork" in path.lower()] == []
    assert "connectInject.hostNetwork" not in chart("consul")["values"]


@pytest.mark.parametrize("entry", CALLED)
def test_on_an_overlay_each_is_on_the_host_or_done_without_or_refused(entry: str) -> None:
    row = CALLED[entry]
    assert [row.host is not None, row.without is not None, row.unreachable is not None].count(True) == 1
    assert row.called(overlay=False) == row.ports
    assert row.called(overlay=True) == (row.host.called if row.host else ())
