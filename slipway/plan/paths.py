"""Pulumi's property paths (`spec.template["a.b"][*].name`), as `ignoreChanges` and `replaceOnChanges` have them."""

import json
import re

from slipway.plan.model import Path

ANY = "*"
_STEP = re.compile(r"""\.?(?P<name>[^.\[\]"]+)|\[(?P<index>\d+)\]|\["(?P<key>(?:[^"\\]|\\.)*)"\]|\[(?P<any>\*)\]""")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def parse(text: str) -> Path:
    """Return the steps of a property path; `*` stands for every key and index. What cannot be read is one key."""
    steps: list[str | int] = []
    at = 0
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None:
            return (text,)
        if found["index"] is not None:
            steps.append(int(found["index"]))
        elif found["key"] is not None:
            steps.append(found["key"].replace('\\"', '"'))
        else:
            steps.append(found["any"] or found["name"])
        at = found.end()
    return tuple(steps)


def covers(pattern: Path, path: Path) -> bool:
    """Whether a path is what a pattern names, or lies below it."""
    return len(path) >= len(pattern) and all(wanted in (ANY, step) for wanted, step in zip(pattern, path, strict=False))


def written(path: Path) -> str:
    """Return a path as Pulumi writes it."""
    said = ""
    for step in path:
        if isinstance(step, int):
            said += f"[{step}]"
        elif _PLAIN.fullmatch(step):
            said += f".{step}" if said else step
        else:
            said += '["' + step.replace('"', '\\"') + '"]'
    return said


def readable(path: Path) -> str:
    """Return a path as it stands in manifests: `spec.ports[0].port`, `metadata.annotations["example.com/key"]`."""
    said = ""
    for step in path:
        if isinstance(step, int):
            said += f"[{step}]"
        elif step.replace("_", "").replace("-", "").isalnum():
            said += f".{step}" if said else step
        else:
            said += f"[{json.dumps(step, ensure_ascii=False)}]"
    return said


def pointer(path: Path) -> str:
    """Return a path as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
