"""Values in an app file that look like secrets: the file is in version control, and what it says in ConfigMaps."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from components.apps.containers import declared
from components.apps.each_app import each_app
from components.problem import Advice, KeyPath

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET = frozenset(
    {"password", "passwd", "passphrase", "pwd", "pass", "secret", "token", "credential", "credentials", "apikey"}
)
_KEYS = frozenset(
    [
        "access",
        "account",
        "admin",
        "api",
        "auth",
        "client",
        "cookie",
        "deploy",
        "encryption",
        "hmac",
        "jwt",
        "license",
        "master",
        "private",
        "rsa",
        "secret",
        "session",
        "sign",
        "signing",
        "ssh",
        "storage",
    ]
)
"""What comes before `key` in the name of a secret; others, such as PUBLIC_KEY and CACHE_KEY, name something else."""
_HARMLESS = frozenset({"public", "publishable", "csrf"})
_STILL = re.compile(r"value|base|b|b64|encoded|hex|plain|default|prod|production|dev|staging|test|old|new|\d+")
"""Words after which a name still means the secret itself, unlike PASSWORD_FILE, TOKEN_EXPIRY and SECRET_NAME."""
_SWITCH = re.compile(
    r"|true|false|yes|no|on|off|none|null|nil|enabled?|disabled?|required|optional|\d{1,4}", re.IGNORECASE
)
_ELSEWHERE = re.compile(
    r"\$|%\(|\{\{|<|/|\.{1,2}/|file:|env:|vault:|arn:aws[a-z-]*:|(secretsmanager|ssm|secretref|awssm|gcp|op|ref)[+:]",
    re.IGNORECASE,
)
"""How a value begins that says where the secret is: a variable, a template, a placeholder, a file, a store."""

_SETTING = re.compile(
    r"(?:^|[;?&\s])(?:password|pwd|accountkey|sharedaccesskey|sharedaccesssignature|sig)\s*=\s*(?P<password>[^;&\s'\"]+)",
    re.IGNORECASE,
)
"""A password in a connection string: ADO.NET and Azure divide by `;`, JDBC and other URLs by `&`, libpq by spaces."""
_LOGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/\s:@'\"]*:(?P<password>[^@/\s'\"]+)@")
_KNOWN = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\bA[SK]IA[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{60,}|\bglpat-[A-Za-z0-9_-]{20,}"
    r"|\bnpm_[A-Za-z0-9]{36}\b|\bpypi-AgE[A-Za-z0-9_-]{16,}|\bdckr_pat_[A-Za-z0-9_-]{20,}|\bhvs\.[A-Za-z0-9_-]{20,}"
    r"|\bAIza[A-Za-z0-9_-]{35}|\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|\bsk-(ant|proj)-[A-Za-z0-9_-]{16,}"
    r"|\bhooks\.slack\.com/services/T\w+/B\w+/\w+|\bdiscord(app)?\.com/api/webhooks/\d+/[\w-]+"
    r"|\bxox[abposr]-[A-Za-z0-9-]{10,}|\b[sr]k_live_[A-Za-z0-9]{16,}"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"
)
"""Secrets by their own looks: private keys, JWTs, the tokens of AWS, GitHub, GitLab, npm, PyPI, Docker, Vault, Google,
SendGrid, OpenAI, Anthropic, Slack, Stripe; and addresses of webhooks, which are all that it takes to write there."""

_LINE = re.compile(r"""^\s*(?:-\s+|export\s+)?["']?(?P<name>[A-Za-z][\w.-]*)["']?\s*[:=]\s*(?P<value>.*?)\s*,?\s*$""")
_OPTION = re.compile(r"^-{0,2}(?P<name>[A-Za-z][\w.-]*)=(?P<value>.*)$", re.DOTALL)


def names_a_secret(name: str) -> bool:
    """Tell whether a variable, an option or a key by this name holds a secret itself."""
    words = [word.lower() for word in _WORDS.findall(name)]
    while len(words) > 1 and _STILL.fullmatch(words[-1]):
        words.pop()
    if not words or _HARMLESS & set(words):
        return False
    if words[-1] == "key":
        return bool(_KEYS & set(words[-2:-1]))
    return words[-1] in _SECRET or words[-1].endswith(("password", "passwd", "secret"))


def _literal(value: str) -> bool:
    text = value.strip().strip("\"'")
    return not _SWITCH.fullmatch(text) and not _ELSEWHERE.match(text) and not set(text) <= set("*x.…-")


def holds_a_secret(value: str) -> bool:
    """Tell whether a text has a secret in it whatever its name: a URL with a password, a private key, a known token."""
    if _KNOWN.search(value):
        return True
    return any(_literal(found["password"]) for each in (_LOGIN, _SETTING) for found in each.finditer(value))


def _named(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the names of those values that are secrets."""
    for name, value in pairs:
        if holds_a_secret(value) or (names_a_secret(name) and _literal(value)):
            yield name


def _options(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the options of a command line with their values: `--name=value`, `--name value`, `NAME=value`."""
    before = ""
    for word in words:
        match = _OPTION.match(word)
        if match is not None:
            yield match["name"], match["value"]
        elif before.startswith("--") and not word.startswith("-"):
            yield before.lstrip("-"), word
        elif holds_a_secret(word):
            yield "a word", word
        before = word if match is None else ""


_PROGRAM = re.compile(r"\.(py|rb|js|mjs|ts|lua|go|java|php|pl)$")
"""Files in which only what is quoted is a value: the rest are expressions."""


def _lines(file: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield what a file sets line by line, whether it is YAML, JSON, properties, INI, an .env file or a program."""
    begins = ('"', "'") if _PROGRAM.search(file) else ("",)
    if holds_a_secret(text):
        yield "a line", text
    for line in text.splitlines():
        match = _LINE.match(line)
        if match is None or match["value"].startswith(("{", "[", "|", ">")):
            continue
        if match["value"].startswith(begins):
            yield match["name"], match["value"]


def _variables(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the variables and texts of a manifest: `{name, value}` anywhere, and the data of a ConfigMap."""
    if isinstance(value, dict):
        if isinstance(value.get("name"), str) and isinstance(value.get("value"), str):
            yield value["name"], value["value"]
        if isinstance(value.get("data"), dict) and value.get("kind", "ConfigMap") == "ConfigMap":
            yield from ((str(name), text) for name, text in value["data"].items() if isinstance(text, str))
        for each in value.values():
            yield from _variables(each)
    elif isinstance(value, list):
        for each in value:
            yield from _variables(each)


def _places(app: "AppSettings") -> Iterator[tuple[KeyPath, str]]:
    """Yield where in an app file something is a secret, with its name; a key path that names it has no other."""
    own: list[tuple[KeyPath, Any]] = [((), app), *(((key, name), each) for key, name, each in declared(app))]
    for path, each in own:
        yield from (((*path, "config", name), name) for name in _named(each.config.items()))
        for key in ("command", "args"):
            yield from (((*path, key), name) for name in _named(_options(getattr(each, key))))
    for place, file in app.files.items():
        yield from ((("files", place), name) for name in _named(_lines(place, file.content)))
    yield from ((("podAnnotations", name), name) for name in _named(app.pod_annotations.items()))
    for key, manifests in (("patches", app.patches), ("objects", app.objects)):
        for suffix, manifest in manifests.items():
            yield from (((key, suffix), name) for name in _named(_variables(manifest)))


@each_app
def readable_secrets(app: "AppSettings", _: "StackSettings") -> Iterator[Advice]:
    """Say which values look like secrets. The values themselves are never shown."""
    for path, name in dict.fromkeys(_places(app)):
        what = "it" if path[-1] == name else name
        yield Advice(
            path,
            f"{what} looks like a secret, and whoever may read this file, the state or the namespace's objects can"
            " read it: `pulumi config set --secret --path slipway:secrets.NAME`, and secrets.values: {VARIABLE: NAME};"
            " or a store's, under secrets.external",
            app=app.name,
        )


ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (readable_secrets,)
