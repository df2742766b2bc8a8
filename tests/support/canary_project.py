"""Projects with a canary in every place, written, edited and previewed; and all that a preview says of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from slipway.cli import main
from slipway.page.packing import unpacked
from tests.support.canary_program import configured, program

OUTPUTS = ("preview.json", "preview.md", "preview.html", "saved.json", "manifests")


@dataclass(frozen=True)
class Told:
    """One run of the command: its exit code, and every text that it printed or wrote, by name."""

    exit: int
    texts: dict[str, str]

    @property
    def all(self) -> str:
        return "\n".join(self.texts.values())


def write(root: Path, side: str) -> None:
    """Write the small project with the canaries of one side."""
    said = configured(side)
    config = {
        "slipway:environment": "local",
        "slipway:cluster": {"existing": {"context": "kind-demo"}},
        "slipway:secrets": {
            "plain": said["secrets-plain"],
            "encrypted": {"secure": f"v1:{said['secrets-encrypted']}:x"},
            "pem": said["secrets-pem"],
        },
        "datadog:apiKey": {"secure": said["other-package"]},
    }
    (root / "Pulumi.yaml").write_text("name: slipway\nruntime: python\n", encoding="utf-8")
    (root / "Pulumi.demo.yaml").write_text(json.dumps({"config": config}, ensure_ascii=False), encoding="utf-8")
    (root / "__main__.py").write_text(program(side), encoding="utf-8")


def call(*arguments: str) -> Result:
    """Run `slipway ARGUMENTS` in this process; an exception other than an exit is raised here."""
    done = CliRunner().invoke(main, list(arguments))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def preview(root: Path, folder: str, *arguments: str, stack: str = "demo") -> Told:
    """Preview with every output that there is; the files go to a new folder in the project."""
    out = root / folder
    paths = dict(zip(("--json", "--markdown", "--html", "--save", "--manifests"), OUTPUTS, strict=True))
    options = [text for option, name in paths.items() for text in (option, str(out / name))]
    done = call("preview", stack, *options, *arguments)
    return Told(done.exit_code, {"stdout": done.stdout, "stderr": done.stderr, **written(out)})


def written(out: Path) -> dict[str, str]:
    """Return the text of every file below a folder, by path: names count, too, and what the page has packed."""
    files = sorted(path for path in out.rglob("*") if path.is_file()) if out.is_dir() else []
    texts = {
        f"{path.relative_to(out)}": f"{path.relative_to(out)}\n{path.read_text(encoding='utf-8')}" for path in files
    }
    for name in [each for each in texts if each.endswith(".html")]:
        texts[f"{name} unpacked"] = unpacked_text(texts[name])
    return texts


def unpacked_text(page: str) -> str:
    """Return what the page has packed, as JSON and as text in which nothing is escaped."""
    content = unpacked(page)
    assert set(content) == {"resources", "findings", "texts"}
    return "\n".join((json.dumps(content, ensure_ascii=False), *_strings(content)))


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, str):
        yield value
