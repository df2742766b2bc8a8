"""What looks like a secret in an app file is pointed out by its name, and never shown."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from components.apps.traps.plain_secrets import holds_a_secret, names_a_secret, readable_secrets
from tests.support.shipped import ROOT
from tests.unit.apps.stacks import stack
from tests.unit.apps.traps.told import places, told

SECRET = "hunter2-but-longer"
SECRETS = [
    "PASSWORD", "DB_PASSWORD", "POSTGRES_PASSWD", "dbPassword", "spring.datasource.password", "MYSQL_PWD", "SMTP_PASS",
    "API_TOKEN", "GITHUB_TOKEN", "AUTH_TOKEN_PROD", "JWT_SECRET", "clientSecret", "SECRET", "APIKEY", "API_KEY",
    "STRIPE_API_KEY", "AWS_SECRET_ACCESS_KEY", "PRIVATE_KEY", "SECRET_KEY_BASE64", "ENCRYPTION_KEY", "SSH_KEY",
    "SIGNING_KEY", "PASSWORD_1", "RABBITMQ_DEFAULT_PASS", "GPG_PASSPHRASE", "AZURE_CREDENTIALS",
]  # fmt: skip
HARMLESS = [
    "TOKEN_EXPIRY", "TOKEN_URL", "TOKEN_TYPE", "PASSWORD_MIN_LENGTH", "PASSWORD_FILE", "POSTGRES_PASSWORD_FILE",
    "SECRET_NAME", "SECRET_ARN", "PUBLIC_KEY", "JWT_PUBLIC_KEY", "NEXT_PUBLIC_TOKEN", "CACHE_KEY", "PARTITION_KEY",
    "PRIMARY_KEY", "KEY_PREFIX", "KEYCLOAK_URL", "MAX_TOKENS", "TOKENIZER", "PASSENGER_COUNT", "COMPASS",
    "BYPASS_CACHE", "SECRETARY", "PASSWORD_RESET_ENABLED", "MONKEY", "LOG_LEVEL", "API_KEY_HEADER", "CSRF_TOKEN",
    "PASSPORT_ISSUER",
]  # fmt: skip
ELSEWHERE = [
    "", "true", "disabled", "$(DB_PASSWORD)", "${DB_PASSWORD}", "/run/secrets/password", "file:///run/secrets/x",
    "<password>", "********", "vault:secret/data/db#password", "{{ .Values.password }}", "%(ENV_PASSWORD)s",
    "arn:aws:secretsmanager:eu-central-1:123456789012:secret:db",
]  # fmt: skip


@pytest.mark.parametrize("name", SECRETS)
def test_the_names_of_secrets(name: str) -> None:
    assert names_a_secret(name)


@pytest.mark.parametrize("name", HARMLESS)
def test_names_of_something_else(name: str) -> None:
    assert not names_a_secret(name)


@pytest.mark.parametrize("value", ELSEWHERE)
def test_a_value_that_says_where_the_secret_is(value: str) -> None:
    assert places({"config": {"DB_PASSWORD": value}}) == []


@pytest.mark.parametrize(
    "value",
    [
        f"postgres://app:{SECRET}@db:5432/app",
        f"amqp://:{SECRET}@mq/vhost",
        f"jdbc:postgresql://u:{SECRET}@db/app?ssl=true",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
        "AKIA" + "IOSFODNN7EXAMPLE",
        "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
        f"Server=db;User Id=sa;Password={SECRET};",
        f"jdbc:sqlserver://db:1433;user=sa;password={SECRET}",
        f"jdbc:postgresql://db/app?user=app&password={SECRET}&ssl=true",
        f"host=db user=app password={SECRET} sslmode=require",
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=" + "bm90LWEta2V5LW5vdC1hLWtleQ==",
        "https://hooks.slack.com/services/" + "T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
        "npm_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
        "hvs." + "CAESIJlU02LQZq4n6uXkA1b2c3",
    ],
)
def test_values_that_are_secrets_by_any_name(value: str) -> None:
    assert holds_a_secret(value)
    assert places({"config": {"ANYTHING": value}}) == [("config", "ANYTHING")]


@pytest.mark.parametrize(
    "value",
    [
        "postgres://db:5432/app",
        "postgres://app@db/app",
        "postgres://app:$(DB_PASSWORD)@db/app",
        "redis://:${PW}@cache:6379",
        "https://example.com/a@b",
        "mail: a@example.com, http://x",
        "Server=db;User Id=sa;Password=$(DB_PASSWORD);",
        "host=db password=${DB_PASSWORD} user=app",
        "https://example.com/reset?password=&next=/",
        "https://hooks.slack.com/services/",
        "passwordless=true; pwdPolicy=strict",
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----",
    ],
)
def test_values_that_are_none(value: str) -> None:
    assert not holds_a_secret(value)


HELPER = {"image": "example.com/helper:1"}
CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"API_TOKEN": SECRET}}
VARIABLE = {"containers": [{"name": "api", "env": [{"name": "API_TOKEN", "value": SECRET}]}]}


@pytest.mark.parametrize(
    ("app", "place", "name"),
    [
        ({"config": {"DB_PASSWORD": SECRET}}, ("config", "DB_PASSWORD"), "it"),
        ({"sidecars": {"h": {**HELPER, "config": {"TOKEN": SECRET}}}}, ("sidecars", "h", "config", "TOKEN"), "it"),
        ({"args": ["--port=80", f"--db-password={SECRET}"]}, ("args",), "db-password"),
        ({"args": ["--api-token", SECRET, "--port", "80"]}, ("args",), "api-token"),
        ({"command": ["run", f"API_TOKEN={SECRET}"]}, ("command",), "API_TOKEN"),
        (
            {"initContainers": {"h": {**HELPER, "args": [f"-url=http://u:{SECRET}@x/"]}}},
            ("initContainers", "h", "args"),
            "url",
        ),
        (
            {"files": {"/etc/app/a.yaml": f"db:\n  host: x\n  password: {SECRET}\n"}},
            ("files", "/etc/app/a.yaml"),
            "password",
        ),
        (
            {"files": {"/etc/app/a.json": f'{{\n  "apiKey": "{SECRET}",\n  "port": 1\n}}'}},
            ("files", "/etc/app/a.json"),
            "apiKey",
        ),
        ({"files": {"/app/a.py": f"TOKEN = '{SECRET}'\n"}}, ("files", "/app/a.py"), "TOKEN"),
        ({"files": {"/etc/app/.env": f"export API_TOKEN={SECRET}\n"}}, ("files", "/etc/app/.env"), "API_TOKEN"),
        (
            {"files": {"/etc/app/key.pem": "-----BEGIN PRIVATE KEY-----\nMII\n"}},
            ("files", "/etc/app/key.pem"),
            "a line",
        ),
        ({"podAnnotations": {"example.com/token": SECRET}}, ("podAnnotations", "example.com/token"), "it"),
        ({"objects": {"more": CONFIG_MAP}}, ("objects", "more"), "API_TOKEN"),
        (
            {"patches": {"deployment": {"spec": {"template": {"spec": VARIABLE}}}}},
            ("patches", "deployment"),
            "API_TOKEN",
        ),
    ],
    ids=str,
)
def test_every_place_of_an_app_file(app: dict[str, Any], place: tuple[str, ...], name: str) -> None:
    (advice,) = told(app)
    assert advice.path == place
    assert advice.text.startswith(f"{name} looks like a secret")
    assert "secrets.values" in advice.text
    assert SECRET not in advice.text
    assert SECRET not in str(advice.path)


@pytest.mark.parametrize(
    "app",
    [
        {"args": ["--token-file", "/run/token", "--password-min-length", "12", "--secret", "$(TOKEN)", "--token"]},
        {"files": {"/etc/app/a.yaml": "# password: like so\npasswordFile: /run/x\ntoken:\n  file: /y\nsecret: |\n"}},
        {"files": {"/app/a.py": "TOKEN = Path(a)\nself.password = config.password\n"}},
        {"env": {"DB_PASSWORD": {"secretKeyRef": {"name": "db", "key": "password"}}}},
        {"secrets": {"values": {"DB_PASSWORD": "session-key"}}},
    ],
    ids=str,
)
def test_what_is_no_secret(app: dict[str, Any]) -> None:
    assert places(app) == []


@given(st.sampled_from(SECRETS), st.text("abcdefgh0123456789+-_.", min_size=12, max_size=40))
def test_no_value_is_ever_shown(name: str, value: str) -> None:
    for app in (
        {"args": [f"--{name}={value}"]},
        {"args": [f"--{name}", value]},
        {"files": {"/app/a": f"{name}: {value}"}},
    ):
        assert value not in str(told(app))


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("apps/*/*.yaml")) + sorted(ROOT.glob("tests/data/apps/*.yaml")), ids=str
)
def test_no_false_alarm_in_the_projects_own_apps(path: Path) -> None:
    document = YAML(typ="safe").load(path)
    assert [*readable_secrets(stack("staging", {**document, "namespace": "web"}))] == []
