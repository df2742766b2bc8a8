"""The field types that the modules of an app share: image references, port names, mount paths, percentages."""

import posixpath
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from components.names import DNS_LABEL, INT32_MAX, Hostname, Name

ENV_NAME = r"^([-_a-zA-Z]|\.[-_a-zA-Z0-9])[-._a-zA-Z0-9]*$"

Manifest = dict[str, Any]
"""A Kubernetes object, or a part of one, with the keys of its YAML."""

_DIGEST = r"@sha256:[0-9a-f]{64}"
_PATH_COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_IMAGE = re.compile(
    rf"(?P<repository>(?:[A-Za-z0-9](?:[-.A-Za-z0-9]*[A-Za-z0-9])?(?::\d{{1,5}})?/)?{_PATH_COMPONENT}(?:/{_PATH_COMPONENT})*)"
    rf"(?::(?P<tag>[A-Za-z0-9_][-A-Za-z0-9_.]{{0,127}}))?(?P<digest>{_DIGEST})?"
)
_PORT_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PERCENT = re.compile(r"(\d|[1-9]\d|100)%")
_SUBDOMAIN = re.compile(rf"{DNS_LABEL}(\.{DNS_LABEL})*")


def _app_name(value: str) -> str:
    if not value[0].isalpha():
        raise ValueError(f"{value!r} does not start with a letter, as the name of a Service must")
    return value


def _image(value: str) -> str:
    match = _IMAGE.fullmatch(value)
    if match is None:
        raise ValueError(f"{value!r} is not an image reference, such as registry.example.com/api:v1.2.0")
    if match["tag"] == "latest":
        raise ValueError(
            f"{value!r} names a tag that moves: two pods of one Deployment could run different code, and a rollback"
            " would bring back the same image; name a version or a digest"
        )
    if match["tag"] is None and match["digest"] is None:
        raise ValueError(f"{value!r} means :latest, which moves: name a version (:v1.2.0) or a digest (@sha256:…)")
    return value


def image_tag(image: str) -> str | None:
    """Return the tag of a valid image reference, None where it names only a digest."""
    match = _IMAGE.fullmatch(image)
    return match["tag"] if match else None


def _port_name(value: str) -> str:
    if not _PORT_NAME.fullmatch(value) or not any(character.isalpha() for character in value) or len(value) > 15:
        raise ValueError(
            f"{value!r} is not a port name: at most 15 lower-case letters, digits and single '-', a letter among them"
        )
    return value


def _no_bool(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError(f"{str(value).lower()} is neither a number nor a text")  # noqa: TRY004 (pydantic reports it)
    return value


def _int_or_percent(value: int | str) -> int | str:
    if isinstance(value, int) and value < 0:
        raise ValueError(f"{value} is negative: a number of pods, or a percentage such as 25%")
    if isinstance(value, int) and value > INT32_MAX:
        raise ValueError(f"{value} is more than {INT32_MAX}, the largest number that Kubernetes takes")
    if isinstance(value, str) and not _PERCENT.fullmatch(value):
        raise ValueError(f"{value!r} is not a percentage from 0% to 100%; a number of pods is written without quotes")
    return value


def _port_reference(value: int | str) -> int | str:
    if isinstance(value, str):
        return _port_name(value)
    if not 1 <= value <= 65535:
        raise ValueError(f"{value} is not a port: 1 to 65535, or the name of one of the app's ports")
    return value


def _mount_path(value: str) -> str:
    plain = posixpath.normpath(value) == value and "//" not in value and not {":", "\0"} & set(value)
    if not value.startswith("/") or value == "/" or not plain:
        raise ValueError(f"{value!r} is not a mount path: absolute, below /, without '..', ':' and a closing '/'")
    return value


def _http_path(value: str) -> str:
    dots = any(part in {".", ".."} for part in value.split("/"))
    if not value.startswith("/") or "//" in value or dots or "%2f" in value.lower():
        raise ValueError(f"{value!r} is not a URL path: it starts with '/' and has no '//', '%2F', '.' or '..' in it")
    return value


def _public_host(value: str) -> str:
    if "." not in value.removeprefix("*.") or value.replace(".", "").isdigit():
        raise ValueError(f"{value!r} is not the full name of a host, such as api.example.com")
    return value


def _object_name(value: str) -> str:
    if not _SUBDOMAIN.fullmatch(value):
        raise ValueError(f"{value!r} is not an object name: lower-case letters, digits, '-' and '.'")
    return value


AppName = Annotated[Name, Field(max_length=52), AfterValidator(_app_name)]
"""A DNS label that starts with a letter (RFC 1035, as a Service's name must), with room for the 11 characters that
Kubernetes and Slipway append to it in names and labels of 63."""

ServiceName = Annotated[Name, AfterValidator(_app_name)]
"""A Service's name: a DNS label that starts with a letter (RFC 1035)."""

Image = Annotated[str, Field(max_length=512), AfterValidator(_image)]
"""An image reference with a tag other than latest, or with a digest."""

PortName = Annotated[str, AfterValidator(_port_name)]
"""A container port's name (an IANA service name)."""

PortReference = Annotated[int | str, BeforeValidator(_no_bool), AfterValidator(_port_reference)]
"""A container port by its number, or one of the app's ports by its name."""

IntOrPercent = Annotated[int | str, BeforeValidator(_no_bool), AfterValidator(_int_or_percent)]
"""A number of pods, or a percentage of them (Kubernetes' IntOrString)."""

MountPath = Annotated[str, Field(max_length=1024), AfterValidator(_mount_path)]
"""An absolute path in the container, as `posixpath.normpath` writes it."""

HttpPath = Annotated[str, Field(max_length=1024), AfterValidator(_http_path)]
"""The path of a URL."""

PublicHost = Annotated[Hostname, Field(max_length=253), AfterValidator(_public_host)]
"""A host name with a domain, its first label possibly a wildcard."""

ObjectName = Annotated[str, Field(min_length=1, max_length=253), AfterValidator(_object_name)]
"""The name of a Kubernetes object that is a DNS subdomain, such as a Secret or a PriorityClass."""

EnvName = Annotated[str, Field(pattern=ENV_NAME, max_length=253)]
"""An environment variable's name, as Kubernetes takes it: a shell takes neither '.' nor '-', Spring reads the former.

https://github.com/kubernetes/apimachinery/blob/master/pkg/util/validation/validation.go (IsEnvVarName); a name that
begins with '..' is none, because the names may be keys of a ConfigMap.
"""

UserId = Annotated[int, Field(ge=1, le=INT32_MAX)]
"""A numeric user or group; 0 is root, which no app runs as."""
