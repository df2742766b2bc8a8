"""no-latest: what runs is what was reviewed, today and after the next restart."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.charts import is_one_version
from policy.model import Finding, Rule, Stack
from policy.rules.pods import pods_made
from policy.rules.reading import flag, open_value, texts
from slipway.recording.objects import RELEASE, chart
from slipway.recording.resource import Resource
from slipway.recording.wire import Json

_IMAGE_KEYS = frozenset({"image", "repository"})


def tag(image: str) -> str | None:
    """Return the tag of an image, None where it has none; a port of the registry is no tag."""
    name = image.partition("@")[0].rpartition("/")[2]
    return name.partition(":")[2] or None


def _fault(image: str, parameters: Mapping[str, Any]) -> str | None:
    if "@sha256:" in image:
        return None
    found = tag(image)
    if found is None:
        return f"the image {image} has no tag, so it is whatever latest is: name the version"
    if found in parameters["floatingTags"]:
        return f"the image {image} is another one tomorrow: name the version"
    return f"the image {image} names no digest, which requireDigest asks for" if parameters["requireDigest"] else None


def _check(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    for pods in pods_made(stack.recording):
        for _, container in pods.containers:
            image = container.get("image")
            if isinstance(image, str) and not open_value(image) and (fault := _fault(image, parameters)):
                yield Finding(pods.resource.urn, f"{pods.said}, container {container.get('name')}: {fault}")
    for release in stack.recording.of_type(RELEASE):
        yield from (Finding(release.urn, fault) for fault in _release(release, parameters["floatingTags"]))


def _release(release: Resource, floating: list[str]) -> Iterator[str]:
    installed = chart(release)
    if installed.version is None:
        yield f"the chart {installed.name} has no version, so it is the newest of the day: name one"
    elif not open_value(installed.version) and not is_one_version(installed.version):
        yield f"the chart {installed.name} is of {installed.version}, a range: name one version"
    yield from _values(release.inputs.get("values"), "values", floating)


def _values(value: Json, path: str, floating: list[str]) -> Iterator[str]:
    """Yield the floating tags within the values of a chart: a `tag`, or an `image` with one at its end."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _values(each, f"{path}[{index}]", floating)
    if not isinstance(value, dict):
        return
    for key, each in value.items():
        inner = f"{path}.{key}"
        if isinstance(each, str):
            is_tag = key.lower().endswith("tag") and each in floating
            if is_tag or (key in _IMAGE_KEYS and tag(each) in floating):
                yield f"{inner} is {each}, another image tomorrow: name the version"
        else:
            yield from _values(each, inner, floating)


RULE = Rule(
    id="no-latest",
    title="Every image and chart is of one version",
    description="No image without a tag or with one that moves, and no chart without a version.",
    severity="mandatory",
    parameters=(
        texts(
            "floatingTags",
            ("canary", "dev", "develop", "edge", "head", "latest", "main", "master", "nightly", "stable"),
            "Tags that name another image from time to time.",
        ),
        flag("requireDigest", default=False, description="Whether the images of the stack's own pods need a digest."),
    ),
    check=_check,
)
