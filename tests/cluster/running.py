"""A shipped stack on a control plane of its own, with the nodes of its pools: everything runs, or the start fails.

No chart is installed and no sidecar is injected: what those add is not on the nodes and not in the quotas, and tests
that depend on it say so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from components.apps.context import context
from components.apps.manifests import render
from components.apps.settings import AppSettings
from components.settings import StackSettings
from tests.cluster.api import Client
from tests.cluster.batches import Batch, apply_waves
from tests.cluster.nodes import SimulatedNode, add_nodes
from tests.cluster.pools import planned_nodes
from tests.cluster.rendered import waves
from tests.cluster.tally import Tally
from tests.cluster.verdict import Manifest
from tests.cluster.workloads import WORKLOADS, await_complete, count_pods, pods_of
from tests.support.shipped import loaded


@dataclass(frozen=True, slots=True)
class RunningStack:
    """A stack that runs. `manifests` are the built-in objects that were applied, `batch` what the server said."""

    name: str
    client: Client
    nodes: Sequence[SimulatedNode]
    manifests: Sequence[Manifest]
    batch: Batch

    @property
    def settings(self) -> StackSettings:
        """What the stack declares."""
        return loaded(self.name).settings

    @property
    def workloads(self) -> list[Manifest]:
        """The Deployments and StatefulSets."""
        return [each for each in self.manifests if each["kind"] in WORKLOADS]

    def of_kind(self, kind: str) -> list[Manifest]:
        """Return the applied objects of a kind."""
        return [each for each in self.manifests if each["kind"] == kind]

    def workload(self, name: str) -> Manifest:
        """Return the workload of that name."""
        (found,) = [each for each in self.workloads if each["metadata"]["name"] == name]
        return found

    def app(self, name: str) -> AppSettings:
        """Return what an app declares."""
        (found,) = [each for each in self.settings.apps if each.name == name]
        return found

    def pods(self, app: str) -> list[Manifest]:
        """Return an app's running pods, of both versions where it has two."""
        own = [each for each in self.workloads if each["metadata"]["labels"]["app"] == app]
        return [pod for workload in own for pod in pods_of(self.client, workload)]

    def rendered(self, app: AppSettings) -> dict[str, Manifest]:
        """Return an app's objects, by suffix, as they are once it declares `app` instead."""
        apps = tuple(app if each.name == app.name else each for each in self.settings.apps)
        return render(app, context(self.settings.model_copy(update={"apps": apps})))


def start(client: Client, stack: str, tally: Tally) -> RunningStack:
    """Add the nodes of a shipped stack, apply its built-in objects in order, and wait until every pod is ready."""
    nodes = planned_nodes(stack)
    add_nodes(client, nodes)
    served = client.refresh()
    batches = [[each for each in wave if (each["apiVersion"], each["kind"]) in served] for wave in waves(stack)]
    for foreign in given_classes(stack):
        client.apply(foreign)
    batch = apply_waves(client, batches, tally)
    assert batch.refused() == []
    running = RunningStack(stack, client, nodes, [each for wave in batches for each in wave], batch)
    for secret in given_secrets(running.settings):
        client.apply(secret)
    await_complete(client, running.workloads)
    count_pods(tally, [("ADDED", pod) for workload in running.workloads for pod in pods_of(client, workload)])
    return running


def given_secrets(settings: StackSettings) -> Iterator[Manifest]:
    """Yield the Secrets that apps name and that somebody else makes."""
    for app in settings.apps:
        for name in (*app.secrets.existing, *app.image_pull_secrets):
            metadata = {"name": name, "namespace": app.namespace}
            yield {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {"KEY": "value"}}


def given_classes(stack: str) -> Iterator[Manifest]:
    """Yield the storage classes that an existing cluster has already: kind's and minikube's is standard, the default.

    Their provisioners are no CSI drivers, and those are what is simulated: this one stands for them.
    """
    if loaded(stack).settings.cluster.existing is not None:
        yield {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {
                "name": "standard",
                "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
            },
            "provisioner": "hostpath.csi.k8s.io",
            "volumeBindingMode": "WaitForFirstConsumer",
        }
