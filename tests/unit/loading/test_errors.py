"""What a user sees of mistakes."""

import pulumi

from slipway.loading.errors import WIDTH, Mistake, SettingsError

STACK = "Pulumi.staging.yaml"
ZONE = Mistake(STACK, 14, None, "slipway:nodePools.gpu.zone", "no such key", "zone", "size, zones", "zones")
REPLICAS = Mistake("apps/staging/web.yaml", 6, None, "replicas", "too small", "-1", "a whole number, at least 0", "0")
SYNTAX = Mistake(STACK, 3, 7, "", "not YAML", "':'", "valid YAML")


def test_a_mistake_says_where_and_what_was_found_and_what_would_do() -> None:
    assert ZONE.render() == (
        "Pulumi.staging.yaml:14: slipway:nodePools.gpu.zone: no such key\n"
        "    found:   zone\n"
        "    allowed: size, zones\n"
        "    nearest: zones"
    )


def test_a_mistake_in_the_yaml_has_a_column_and_no_key() -> None:
    assert SYNTAX.render().splitlines()[0] == "Pulumi.staging.yaml:3:7: not YAML"
    assert SYNTAX.render().splitlines()[-1] == "    nearest: none"


def test_long_lists_are_wrapped_under_themselves() -> None:
    wide = Mistake("f.yaml", 1, None, "k", "no such key", "x", ", ".join(f"word-{number}" for number in range(60)))
    lines = wide.render().splitlines()
    assert max(len(line) for line in lines) <= WIDTH
    assert all(line.startswith(" " * 13 + "word-") for line in lines[3:-1])


def test_the_error_has_all_mistakes_once_by_file_and_line() -> None:
    error = SettingsError([REPLICAS, ZONE, SYNTAX, ZONE])
    assert error.mistakes == (SYNTAX, ZONE, REPLICAS)
    assert error.render() == f"{SYNTAX.render()}\n{ZONE.render()}\n{REPLICAS.render()}\n3 mistakes in 2 files"


def test_the_engine_prints_it_without_a_traceback() -> None:
    error = SettingsError([ZONE])
    assert isinstance(error, pulumi.RunError)
    assert str(error) == f"{ZONE.render()}\n1 mistake in 1 file"


def test_it_is_also_plain_data() -> None:
    assert SettingsError([ZONE]).as_json() == [
        {
            "file": "Pulumi.staging.yaml",
            "line": 14,
            "column": None,
            "key": "slipway:nodePools.gpu.zone",
            "message": "no such key",
            "found": "zone",
            "allowed": "size, zones",
            "nearest": "zones",
        }
    ]
