"""The pages about the combinations: `make docs` writes them, a test keeps them current."""

from collections.abc import Iterator
from pathlib import Path

from tests.matrix.axes import ROWS, VERSIONS, Row, certificates_yaml, network_yaml, shop_yaml, stock_yaml
from tests.matrix.failures import failures
from tests.matrix.paths import between_apps, from_outside, picture
from tests.matrix.project import recorded, refusal
from tests.support.shipped import ROOT

FOLDER = ROOT / "docs" / "guide" / "combinations"

TITLES = {
    "calico": "Calico policy-only",
    "calico-cni": "Calico as the CNI",
    "vpc-cni": "VPC CNI alone",
    "none": "no mesh",
    "istio": "Istio",
    "ambient": "Istio ambient",
    "linkerd": "Linkerd",
}
WAYS_IN = {
    "istio": "Istio's gateway",
    "alb": "ALB Ingress",
    "nginx": "NGINX",
    "gateway-istio": "Gateway API by Istio",
    "gateway-envoy": "Gateway API by Envoy Gateway",
    "gateway-alb": "Gateway API by ALB",
    "external": "a controller of your own",
}


def title(row: Row) -> str:
    """Return the row's name for people."""
    return f"{TITLES[row.cni]}, {TITLES[row.mesh]}, {WAYS_IN[row.ingress]}"


def installed(row: Row) -> str:
    """Return the charts that the combination installs, as recorded."""
    releases = (each.inputs for each in recorded(row).resources if each.kind == "Release")
    return ", ".join(f"`{name}`" for name in sorted(str(inputs["name"]) for inputs in releases)) or "none"


def page(row: Row) -> str:
    """Return the page of a row that works."""
    avoided = "\n".join(f"- {each}" for each in failures(row))
    return f"""# {title(row)}

In the stack file:

```yaml
{network_yaml(row)}{certificates_yaml(row)}```

An app that is reached from outside, and one that only this app may call:

```yaml
{shop_yaml(row)}```

```yaml
{stock_yaml(row)}```

A request from outside:

```mermaid
{picture(from_outside(row))}```

A call from one app to the other:

```mermaid
{picture(between_apps(row))}```

It installs the charts {installed(row)}.

What it avoids:

{avoided}

Rendered and checked for Kubernetes {", ".join(VERSIONS)} by `tests/matrix`. [All combinations](README.md)
"""


def reason(row: Row) -> str:
    """Return the first mistake that the user is told of for a row that cannot work."""
    said = refusal(row)
    assert said is not None
    first = said.strip().splitlines()[0]
    return first.partition(": ")[2]


def index() -> str:
    """Return the page of pages."""
    works = "\n".join(f"| [{title(row)}]({row.name}.md) |" for row in ROWS if refusal(row) is None)
    refused = "\n".join(f"| {title(row)} | {reason(row)} |" for row in ROWS if refusal(row) is not None)
    return f"""# Pod network, mesh, ingress: the combinations

Each choice is one key of the stack file: `cni`, `mesh`, `ingress`. These pages are written by
`make docs`, from what the program renders and refuses.

| works |
|---|
{works}

| refused | because |
|---|---|
{refused}
"""


def pages() -> Iterator[tuple[Path, str]]:
    """Yield every page with its file."""
    yield FOLDER / "README.md", index()
    for row in ROWS:
        if refusal(row) is None:
            yield FOLDER / f"{row.name}.md", page(row)


def main() -> None:
    """Write the pages, and remove those of combinations that are no more."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    written = {}
    for path, text in pages():
        path.write_text(text)
        written[path.name] = path
    for path in FOLDER.glob("*.md"):
        if path.name not in written:
            path.unlink()


if __name__ == "__main__":
    main()
