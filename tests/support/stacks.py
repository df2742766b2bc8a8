"""Stack settings for tests of checks: a valid EKS stack, and what a test changes of it."""

from types import ModuleType
from typing import Any

from components.problem import Advice, Problem
from components.settings import StackSettings

EKS: dict[str, Any] = {
    "stack": "test",
    "environment": "staging",
    "aws": {"region": "us-west-2"},
    "network": {"cidr": "10.0.0.0/16"},
    "cluster": {"version": "1.35", "admins": ["arn:aws:iam::123456789012:role/platform-admin"]},
    "cni": {"mode": "policy-only"},
}
EXISTING: dict[str, Any] = {
    "stack": "test",
    "environment": "local",
    "cluster": {"existing": {"context": "kind-test"}},
}


def stack(*, existing: bool = False, **rooms: Any) -> StackSettings:
    """Return the settings of an EKS stack (or of one in an existing cluster) with `rooms`, keyed as in YAML."""
    return StackSettings.model_validate({**(EXISTING if existing else EKS), **rooms}, by_name=False)


def app(name: str = "web", namespace: str = "web", **rest: Any) -> dict[str, Any]:
    """Return the content of an app file."""
    image = f"registry.example.com/{name}:1.0.0"
    return {"name": name, "namespace": namespace, "image": image, "ports": {"http": 8080}, **rest}


class Judge:
    """The checks and the advice of one `checks` module, asked about a stack."""

    def __init__(self, checks: ModuleType) -> None:
        self._checks = checks

    def problems(self, settings: StackSettings) -> list[Problem]:
        """Return every problem."""
        checks = (*self._checks.CHECKS, *getattr(self._checks, "LATE", ()))
        return [problem for check in checks for problem in check(settings)]

    def advice(self, settings: StackSettings) -> list[Advice]:
        """Return every piece of advice."""
        return [each for adviser in self._checks.ADVICE for each in adviser(settings)]

    def only(self, settings: StackSettings) -> Problem:
        """Return the one problem; more or none fails the test."""
        (problem,) = self.problems(settings)
        return problem
