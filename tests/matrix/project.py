"""A project directory for one row, as a user would have it, loaded and recorded like any other."""

import shutil
import tempfile
import textwrap
from functools import cache
from pathlib import Path

from slipway.loading import LoadedStack, SettingsError, load_stack
from slipway.recording.recording import Recording
from slipway.recording.run import record
from tests.matrix.axes import Row, certificates_yaml, network_yaml, shop_yaml, stock_yaml
from tests.support.shipped import ROOT

_STACK = """\
config:
  slipway:environment: staging
  slipway:aws: {{region: us-west-2}}
  slipway:network: {{cidr: 10.30.0.0/16}}
  slipway:cluster:
    version: "{version}"
    endpoint: {{privateAccessCidrs: [10.30.0.0/16]}}
    admins: [arn:aws:iam::123456789012:role/platform-admin]
  slipway:nodePools: {{general: {{}}}}
  slipway:namespaces: {{web: {{}}, data: {{}}}}
"""


def write(folder: Path, row: Row, version: str) -> None:
    """Write the project's files."""
    rooms = textwrap.indent(network_yaml(row) + certificates_yaml(row), "  ")
    (folder / "Pulumi.row.yaml").write_text(_STACK.format(version=version) + rooms)
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, folder)
    apps = folder / "apps" / "staging"
    apps.mkdir(parents=True)
    (apps / "shop.yaml").write_text(shop_yaml(row))
    (apps / "stock.yaml").write_text(stock_yaml(row))


def load(folder: Path, row: Row, version: str) -> LoadedStack:
    """Write the project and load it; raises SettingsError where the checks refuse it."""
    write(folder, row, version)
    return load_stack(folder, "row")


@cache
def refusal(row: Row, version: str = "1.35") -> str | None:
    """Return what the user is told of a combination that cannot work, None for one that can."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            load(Path(folder), row, version)
        except SettingsError as error:
            return error.render()
    return None


@cache
def recorded(row: Row, version: str = "1.35", *, known: bool = True) -> Recording:
    """Return what the program registers for a row."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        facts = load(folder, row, version)
        return record(
            folder / "__main__.py",
            project=facts.project,
            stack="row",
            config=facts.config,
            secret_keys=facts.secret_keys,
            known=known,
        )
