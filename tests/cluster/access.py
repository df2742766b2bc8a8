"""Who may use a control plane, and with what."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_USERS = {
    "admin": "system:masters",
    "system:kube-controller-manager": "",
    "system:kube-scheduler": "",
    "kwok": "system:masters",
}
"""Every user that a control plane has, each with its groups."""


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach the API server: its URL, the file of its certificate authority, and a token for each user."""

    url: str
    authority: Path
    tokens: dict[str, str]

    @classmethod
    def to(cls, url: str, authority: Path) -> Self:
        """Make up a token for each user of the server at `url`."""
        return cls(url, authority, {user: secrets.token_urlsafe(24) for user in _USERS})

    def token_file(self) -> str:
        """Return kube-apiserver's `--token-auth-file`: token, name, id and groups of each user."""
        return "".join(f'{token},{user},{user},"{_USERS[user]}"\n' for user, token in self.tokens.items())

    def kubeconfig(self, user: str) -> str:
        """Return the kubeconfig of `user` (JSON, which is YAML)."""
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [
                    {"name": "it", "cluster": {"server": self.url, "certificate-authority": str(self.authority)}}
                ],
                "users": [{"name": user, "user": {"token": self.tokens[user]}}],
                "contexts": [{"name": "it", "context": {"cluster": "it", "user": user}}],
                "current-context": "it",
            }
        )
