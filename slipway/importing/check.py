"""What rendering an imported app makes otherwise than the documents have it."""

from collections.abc import Iterator
from difflib import unified_diff
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from slipway.importing.account import SEALED
from slipway.importing.documents import at
from slipway.importing.importer import Import
from slipway.recording.wire import mask


def differences(result: Import) -> Iterator[str]:
    """Yield the lines of a unified diff from the documents to the rendered apps, objects without an equal included."""
    for name, app in result.apps.items():
        became = {suffix for _, suffix in app.pairs}
        for source, suffix in app.pairs:
            now = app.objects.get(suffix)
            label = f"{now['kind']} {now['metadata']['name']}" if now else "nothing"
            yield from _difference(f"{source.file}: {source.kind} {source.name}", label, source.manifest, now)
        for suffix, manifest in app.objects.items():
            if suffix not in became:
                described = f"{manifest['kind']} {manifest['metadata']['name']}"
                yield from _difference(f"nothing: app {name} adds", described, None, manifest)
    for source in result.left:
        yield from _difference(f"{source.file}: {source.kind} {source.name}", "nothing", source.manifest, None)


def _difference(before: str, after: str, one: Any, other: Any) -> Iterator[str]:
    yield from unified_diff(_lines(one), _lines(other), before, after, lineterm="")


def _lines(manifest: Any) -> list[str]:
    if manifest is None:
        return []
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = True  # type: ignore[assignment]
    stream = StringIO()
    yaml.dump(_covered(manifest), stream)
    return stream.getvalue().splitlines()


def _covered(manifest: Any) -> Any:
    """Return an object with SECRET for what is sealed, or meant to be."""
    sealed = at(manifest, SEALED) if manifest.get("kind") == "SealedSecret" else None
    return {**manifest, "spec": {**manifest["spec"], SEALED[-1]: mask(sealed)}} if sealed else manifest
