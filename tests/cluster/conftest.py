"""The control plane as fixtures: one for each worker, its logs in the report of a test that fails."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.cluster.api import Client
from tests.cluster.assets import Assets, UnavailableError, find
from tests.cluster.control_plane import EVERYTHING, ControlPlane
from tests.cluster.crds import install_crds, read_crds, served_kinds
from tests.cluster.reporting import Reporting
from tests.cluster.running import RunningStack, start
from tests.cluster.tally import Tally
from tests.cluster.waiting import eventually

_REPORTING = pytest.StashKey[Reporting]()
_HERE = Path(__file__).parent

StartPlane = Callable[..., ControlPlane]
MakeNamespace = Callable[..., str]


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker that every test here gets, and what is told of a run."""
    config.addinivalue_line("markers", "cluster: needs a real control plane; run by `make test-cluster`")
    config.stash[_REPORTING] = Reporting()
    config.pluginmanager.register(config.stash[_REPORTING])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, so that the fast suite can leave them out."""
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.cluster)


def unavailable(reason: str) -> NoReturn:
    """Skip the test; under CI, where a skip would go unseen, fail it."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def assets() -> Assets:
    """The programs of the control plane."""
    try:
        return find(os.environ)
    except UnavailableError as reason:
        unavailable(str(reason))


@contextmanager
def running(assets: Assets, config: pytest.Config, logs: Path, **options: Any) -> Iterator[ControlPlane]:
    """Run a control plane whose logs go into the reports of tests that fail meanwhile."""
    with ControlPlane(assets, logs, **options) as plane, config.stash[_REPORTING].watching(plane):
        yield plane


@pytest.fixture(scope="session")
def control_plane(
    assets: Assets, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[ControlPlane]:
    """This worker's control plane, with whatever of controllers, scheduler and kwok there is; no webhook is called."""
    with running(assets, pytestconfig, tmp_path_factory.mktemp("control-plane")) as plane:
        yield plane


@pytest.fixture(scope="session")
def client(control_plane: ControlPlane) -> Client:
    """An administrator of this worker's control plane."""
    return control_plane.client


@pytest.fixture(scope="session")
def whole(control_plane: ControlPlane) -> Client:
    """The same administrator, where controllers, scheduler and simulated nodes run, too."""
    if missing := [name for name in EVERYTHING if name not in control_plane.players]:
        unavailable(f"This needs {', '.join(missing)}, which envtest's binaries do not have: run `make cluster-tools`.")
    return control_plane.client


@pytest.fixture(scope="session")
def custom_resources(client: Client) -> set[tuple[str, str]]:
    """Load the definitions of every chart in use; return what is served of them, as (API version, kind).

    They stay: controllers that watch every kind wait half a minute for one that disappears while they start.
    """
    crds = read_crds()
    install_crds(client, crds)
    return set(served_kinds(crds))


@pytest.fixture
def start_plane(
    assets: Assets, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[StartPlane]:
    """Start a control plane of the test's own: `start_plane(players=(), webhooks=True)`, stopped after the test."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(
            running(assets, pytestconfig, tmp_path_factory.mktemp("control-plane"), **options)
        )


@pytest.fixture(scope="session")
def production(
    assets: Assets, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[RunningStack]:
    """The production stack on a control plane of its own, all pods ready; a test that changes it puts it back."""
    if missing := [name for name in EVERYTHING if name in assets.missing()]:
        unavailable(f"This needs {', '.join(missing)}: run `make cluster-tools`.")
    with running(assets, pytestconfig, tmp_path_factory.mktemp("production")) as plane:
        yield start(plane.client, "production", pytestconfig.stash[_REPORTING].tally)


@pytest.fixture
def make_namespace(whole: Client) -> Iterator[MakeNamespace]:
    """Make a namespace that pods can be created in: `make_namespace({"label": "value"})`; deleted after the test."""
    made = []

    def make(labels: dict[str, str] | None = None) -> str:
        metadata = {"generateName": "test-", "labels": labels or {}}
        namespace = whole.create({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
        made.append(namespace)
        name: str = namespace["metadata"]["name"]
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": name}}
        eventually(lambda: whole.live(account), f"namespace {name} has its default service account")
        return name

    yield make
    for namespace in made:
        whole.delete(namespace, wait_seconds=0)


@pytest.fixture
def tally(pytestconfig: pytest.Config) -> Tally:
    """The counts that the run ends with."""
    return pytestconfig.stash[_REPORTING].tally
