"""What a stack file and an app file may say of dependencies, and in which words the rest is refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from components.dependencies.settings import DependenciesSettings, DependencySettings


def places(**data: Any) -> DependenciesSettings:
    return DependenciesSettings.model_validate(data, by_name=False)


def test_a_places_name_stands_for_it_and_a_map_describes_what_aws_has() -> None:
    assert (places().postgresql.place, places().redis.place) == ("inCluster", "inCluster")
    assert places(postgresql="rds") == places(postgresql={"place": "rds"})
    assert places(postgresql={"multiAz": True}).postgresql.place == "rds"
    assert places(redis={"replicas": 2}) == places(redis={"place": "elasticache", "replicas": 2})
    assert places(redis="elasticache").of("redis").place == "elasticache"
    assert places(redis="elasticache").of("postgresql").place == "inCluster"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"postgresql": "elasticache"}, "not a place: inCluster or rds"),
        ({"redis": {"place": "rds"}}, "not a place: inCluster or elasticache"),
        ({"redis": {}}, "not a place"),
        ({"postgresql": {"place": "inCluster", "multiAz": True}}, "multiAz"),
        ({"backups": {"bucket": "a.b"}}, "bucket"),
    ],
)
def test_another_place_is_refused(data: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        places(**data)


def test_a_version_may_lack_its_quotes_and_a_backup_be_false() -> None:
    plain = DependencySettings.model_validate({"engine": "postgresql", "version": 16, "backup": False}, by_name=False)
    assert (plain.major, plain.backup.enabled) == ("16", False)
    assert DependencySettings(engine="redis").major == "7"


@pytest.mark.parametrize(
    "fields",
    [{"storage": "10"}, {"storage": "1023Mi"}, {"backup": {"size": "1M"}}, {"user": "Web"}, {"version": "17.2"}],
)
def test_what_no_database_has_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DependencySettings.model_validate({"engine": "postgresql", **fields}, by_name=False)


def test_a_place_that_is_misspelt_has_a_nearest() -> None:
    with pytest.raises(ValidationError) as caught:
        DependenciesSettings.model_validate({"redis": "elasticahce"}, by_name=False)
    (error,) = caught.value.errors()
    assert error["ctx"]["error"].nearest == "elasticache"
