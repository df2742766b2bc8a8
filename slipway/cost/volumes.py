"""EBS volumes: of nodes, and of what the cluster claims through a storage class."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from components.quantity import parse
from slipway.cost.lines import Context, Count, Gap, Line
from slipway.recording.objects import dig, items, mapping, number, objects, text
from slipway.recording.resource import Resource
from slipway.recording.wire import Json

EBS = "ebs.csi.aws.com"
_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
_GIB = Decimal(1024) ** 3


@dataclass(frozen=True, slots=True)
class EbsVolume:
    """One volume: `gib` of size, provisioned IOPS and MiB/s of throughput where they are set."""

    kind: str
    gib: Decimal
    iops: Decimal | None = None
    throughput: Decimal | None = None

    def told(self, urn: str, what: str, count: Count, context: Context) -> Line | Gap:
        """Return the price of a number of them."""
        prices = context.prices.volumes.get(self.kind)
        name = f"{what} {self.kind} {self.gib.normalize():f} GiB"
        if prices is None:
            return Gap(urn, name, "no price in the list")
        unit = prices.monthly(self.gib, self.iops, self.throughput)
        return Line(urn, name, count.expected, unit, category="EBS volumes", fewest=count.fewest, most=count.most)


def stateful_set(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of the volumes that a StatefulSet claims: one of each template for each replica."""
    replicas = number(resource.inputs, "spec", "replicas")
    for template in items(resource.inputs, "spec", "volumeClaimTemplates"):
        yield _claimed(resource, template, Decimal(1) if replicas is None else replicas, context)


def claim(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of a PersistentVolumeClaim."""
    yield _claimed(resource, dict(resource.inputs), Decimal(1), context)


def release(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    """Tell the cost of the volumes that a chart claims, as its values have them: one for each replica."""
    for name, claimed, count in _in_values(mapping(dict(resource.inputs), "values")):
        yield _claimed(resource, {"metadata": {"name": f"{resource.name} {name}"}, **claimed}, count, context)


def _in_values(values: Mapping[str, Json], path: str = "") -> Iterator[tuple[str, dict[str, Json], Decimal]]:
    """Yield where values claim volumes, what they claim, and how many of them.

    Charts of operators pass a `volumeClaimTemplate` on (kube-prometheus-stack), others say `storage` and `storageClass`
    beside their `replicas` (Consul).
    """
    replicas = number(dict(values), "replicas")
    size, name = values.get("storage"), values.get("storageClass")
    if isinstance(size, str) and replicas is not None:
        yield path, {"spec": {"storageClassName": name, "resources": {"requests": {"storage": size}}}}, replicas
    for key, inner in values.items():
        if not isinstance(inner, dict):
            continue
        template = mapping(inner, "volumeClaimTemplate")
        if template:
            yield path, template, Decimal(1) if replicas is None else replicas
        yield from _in_values(inner, f"{path}.{key}" if path else key)


def _claimed(resource: Resource, claimed: Json, count: Decimal, context: Context) -> Line | Gap:
    size = text(claimed, "spec", "resources", "requests", "storage")
    what = f"volume {text(claimed, 'metadata', 'name') or resource.name}"
    name = text(claimed, "spec", "storageClassName")
    storage_class = _storage_class(name, context)
    if size is None or storage_class is None:
        why = "its size is not known" if size is None else f"its class {name or '(default)'} is not one of this stack"
        return Gap(resource.urn, what, why)
    if text(storage_class.inputs, "provisioner") != EBS:
        return Gap(resource.urn, what, f"its class {name or '(default)'} makes no EBS volumes")
    parameters = dig(storage_class.inputs, "parameters")
    gib = parse(size) / _GIB
    iops = number(parameters, "iops")
    per_gib = number(parameters, "iopsPerGB")
    volume = EbsVolume(
        kind=text(parameters, "type") or "gp3",
        gib=gib,
        iops=gib * per_gib if iops is None and per_gib is not None else iops,
        throughput=number(parameters, "throughput"),
    )
    return volume.told(resource.urn, what, Count(count), context)


def _storage_class(name: str | None, context: Context) -> Resource | None:
    for found in objects(context.recording, "StorageClass"):
        default = dig(found.inputs, "metadata", "annotations", _DEFAULT_CLASS) == "true"
        if text(found.inputs, "metadata", "name") == name or (name is None and default):
            return found
    return None
