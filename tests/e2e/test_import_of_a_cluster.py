"""What a cluster made is no app's: objects with owners, addresses, annotations of its own."""

from pathlib import Path

import pytest

from tests.e2e.imports import CASES, imported

pytestmark = pytest.mark.slow  # see `make test-slow`


def test_a_config_map_of_the_same_name_by_chance_is_not_the_apps(tmp_path: Path) -> None:
    found = imported(tmp_path, CASES / "same-name-by-chance.yaml")
    ((outcome, why),) = found.why("envFrom[0].configMapRef.name")
    assert outcome == "not carried"
    assert "the ConfigMap orders-config is not among the documents" in why
    found.preview()


def test_a_job_that_a_cron_job_made_is_no_app(tmp_path: Path) -> None:
    found = imported(tmp_path, CASES / "job-made-by-a-cronjob.yaml")
    assert found.apps.keys() == {"backup"}
    said = {(each["outcome"], each["why"]) for each in found.values if each["name"] == "backup-29384720"}
    assert said == {("changed", "made by CronJob backup, which makes it again")}
    found.preview()


@pytest.mark.parametrize("options", [(), ("--escape",)])
@pytest.mark.parametrize("case", ["last-applied", "address-of-another-cluster"])
def test_what_the_cluster_wrote_is_in_no_app_file(tmp_path: Path, case: str, options: tuple[str, ...]) -> None:
    found = imported(tmp_path, CASES / f"{case}.yaml", *options)
    text = (tmp_path / "apps/local/api.yaml").read_text()
    assert "172.20" not in text
    assert "last-applied" not in text
    assert found.apps["api"]["service"] == {"name": "api"}
    assert "patches" not in found.apps["api"]
    assert not [each for each in found.values if each["outcome"] == "not carried"]
    found.preview()
