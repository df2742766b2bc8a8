"""The YAML in the guide is YAML that the stack file takes."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from components.networking.mesh.settings import MeshSettings
from components.tenancy.namespaces import NamespaceSettings
from tests.support.stacks import stack

GUIDE = Path(__file__).parents[3] / "docs" / "guide"
PAGES = ("certificates", "ingress", "linkerd", "mesh", "networking", "namespaces", "charts-and-mirrors")


def rooms(page: str) -> list[dict[str, Any]]:
    """Return the rooms of each YAML block of a page; an ellipsis stands for the body of a certificate."""
    blocks = re.findall(r"^```yaml\n(.*?)^```", (GUIDE / f"{page}.md").read_text(), re.DOTALL | re.MULTILINE)
    ended = [re.sub(r"^( *)…$", r"\1YQ==\n\1-----END CERTIFICATE-----", block, flags=re.MULTILINE) for block in blocks]
    loaded = [YAML(typ="safe").load(block) for block in ended]
    return [{key.removeprefix("slipway:"): value for key, value in each.items()} for each in loaded]


@pytest.mark.parametrize(("page", "block"), [(page, block) for page in PAGES for block in rooms(page)])
def test_the_yaml_is_valid(page: str, block: dict[str, Any]) -> None:
    stack(**block)


def test_the_values_shown_are_the_defaults_where_the_guide_says_so() -> None:
    block = next(each for each in rooms("namespaces") if "namespaces" in each)
    shown = NamespaceSettings.model_validate(block["namespaces"]["data"], by_name=False)
    assert shown.quota is not None
    plain = shown.model_copy(update={"labels": {}, "quota": shown.quota.model_copy(update={"requests_storage": None})})
    assert plain == NamespaceSettings()
    assert rooms("mesh")[0] == {"mesh": "istio"}
    assert MeshSettings.model_validate(rooms("mesh")[1]["mesh"], by_name=False) == MeshSettings(kind="istio")
