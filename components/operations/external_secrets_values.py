"""What External Secrets is told, what it may read in AWS, and what its stores are: pure."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from components.foundation.addons import merged
from components.networking.host_network import host_network_values
from components.operations.monitoring_names import NAMESPACE as MONITORING_NAMESPACE
from components.operations.secret_settings import ExternalSecretsSettings, StoreSettings
from components.spread import over_zones_and_nodes

if TYPE_CHECKING:
    from components.settings import StackSettings

NAMESPACE = "external-secrets"
SERVICE_ACCOUNT = "external-secrets"
WEBHOOK_ISSUER = "external-secrets-webhook"

SECRETS_MANAGER = "aws-secrets-manager"
PARAMETER_STORE = "aws-parameter-store"
VAULT = "vault"


def store_namespaces(settings: "StackSettings") -> tuple[str, ...]:
    """Return the namespaces that may use a store: the applications', and that of monitoring, for its credentials."""
    monitoring = (MONITORING_NAMESPACE,) if settings.monitoring is not None else ()
    return (*sorted(settings.namespaces), *monitoring)


def _own_account(account_id: str | None) -> dict[str, Any]:
    """Return the condition that keeps to the role's own account where its number is not known."""
    if account_id is not None:
        return {}
    return {"Condition": {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}}


def aws_statements(settings: ExternalSecretsSettings, *, region: str, account_id: str | None) -> list[dict[str, Any]]:
    """Return IAM statements: these secrets and parameters of this region may be read, and nothing is listed or written.

    What `dataFrom.find` would list by its name is refused: ListSecrets and DescribeParameters know no single ones. The
    keys decrypt for these two services only. None where the settings have no store of AWS.
    """
    owner = account_id or "*"
    own = _own_account(account_id)
    statements: list[dict[str, Any]] = []
    services: list[str] = []
    if settings.secrets_manager is not None:
        services.append("secretsmanager")
        # AWS ends the ARN of a secret with six characters of its own: a whole name is a prefix, too.
        arns = [f"arn:aws:secretsmanager:{region}:{owner}:secret:{each}*" for each in settings.secrets_manager.prefixes]
        actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
        statements.append({"Effect": "Allow", "Action": actions, "Resource": arns, **own})
    if settings.parameter_store is not None:
        services.append("ssm")
        # The name's first slash is the one after `parameter`.
        arns = [f"arn:aws:ssm:{region}:{owner}:parameter{each}/*" for each in settings.parameter_store.prefixes]
        actions = ["ssm:GetParameter", "ssm:GetParameters"]
        statements.append({"Effect": "Allow", "Action": actions, "Resource": arns, **own})
    if services and settings.kms_key_arns:
        through = [f"{service}.{region}.amazonaws.com" for service in services]
        statements.append(
            {
                "Effect": "Allow",
                "Action": "kms:Decrypt",
                "Resource": list(settings.kms_key_arns),
                "Condition": {"StringEquals": {"kms:ViaService": through}},
            }
        )
    return statements


def _admitted(store: StoreSettings, namespaces: Sequence[str]) -> list[dict[str, Any]]:
    """Return the conditions of a store: one without any would serve everybody, this one without names serves nobody."""
    chosen: Iterable[str] = namespaces if store.namespaces is None else store.namespaces
    return [{"namespaces": sorted(chosen)}]


def store_specs(
    settings: ExternalSecretsSettings, *, region: str | None, namespaces: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return the specs of the ClusterSecretStores by name; those of AWS only where there is a `region`.

    No store has a credential: in AWS the controller's pods have an identity, and for Vault they prove their own
    Kubernetes account, by the token that each pod has.
    """
    specs: dict[str, dict[str, Any]] = {}
    services = {SECRETS_MANAGER: "SecretsManager", PARAMETER_STORE: "ParameterStore"}
    for name, store in ((SECRETS_MANAGER, settings.secrets_manager), (PARAMETER_STORE, settings.parameter_store)):
        if store is not None and region is not None:
            specs[name] = {
                "conditions": _admitted(store, namespaces),
                "provider": {"aws": {"service": services[name], "region": region}},
            }
    if settings.vault is not None:
        vault = settings.vault
        provider: dict[str, Any] = {
            "server": vault.server,
            "path": vault.path,
            "version": vault.version,
            "auth": {"kubernetes": {"mountPath": vault.mount_path, "role": vault.role}},
        }
        if vault.ca_bundle is not None:
            provider["caBundle"] = b64encode(vault.ca_bundle.encode()).decode()
        specs[VAULT] = {"conditions": _admitted(vault, namespaces), "provider": {"vault": provider}}
    return specs


def _apart(name: str) -> list[dict[str, Any]]:
    return over_zones_and_nodes({"app.kubernetes.io/name": name})


def _several(name: str, replicas: int) -> dict[str, Any]:
    return {
        "replicaCount": replicas,
        "podDisruptionBudget": {"enabled": replicas > 1},
        "topologySpreadConstraints": _apart(name),
    }


def _webhook_certificate(*, cert_manager: bool) -> dict[str, Any]:
    """Return who makes the webhook's certificate: cert-manager, or a controller of the chart's own, in the cluster."""
    if not cert_manager:
        return {"certController": {"create": True}}
    reference = {"group": "cert-manager.io", "kind": "Issuer", "name": WEBHOOK_ISSUER}
    return {
        "certController": {"create": False},
        "webhook": {"certManager": {"enabled": True, "cert": {"issuerRef": reference}}},
    }


def chart_values(
    settings: ExternalSecretsSettings, *, overlay: bool, cert_manager: bool, monitoring: bool
) -> dict[str, Any]:
    """Return the chart's values.

    A SecretStore in a namespace that names no credential would work with the controller's own AWS identity, past the
    conditions of the platform's stores: SecretStores are not served. Nor is what writes to a store, or from one object
    into every namespace; nor may the controller make tokens of other accounts. `monitoring` has the Prometheus operator
    scrape it, which needs its CRDs.
    """
    working = {"requests": {"cpu": "20m", "memory": "96Mi"}, "limits": {"memory": "256Mi"}}
    critical = {"priorityClassName": "system-cluster-critical", "resources": working}
    off = ("SecretStore", "PushSecret", "ClusterPushSecret", "ClusterExternalSecret")
    values: dict[str, Any] = {
        # Kept when the release goes: with the CRDs, every ExternalSecret and every Secret made by one would go.
        "crds": {"annotations": {"helm.sh/resource-policy": "keep"}},
        **{f"process{kind}": False for kind in off},
        "rbac": {"serviceAccountTokenCreate": False, "servicebindings": {"create": False}},
        "serviceAccount": {"name": SERVICE_ACCOUNT},
        **_several("external-secrets", settings.replicas),
        **critical,
        "leaderElect": settings.replicas > 1,
        "webhook": {**_several("external-secrets-webhook", settings.replicas), **critical},
        "certController": {"topologySpreadConstraints": _apart("external-secrets-cert-controller"), **critical},
    }
    if monitoring:
        values["serviceMonitor"] = {"enabled": True, "renderMode": "alwaysRender"}
        values["grafanaDashboard"] = {"enabled": True}
    certified = merged(values, _webhook_certificate(cert_manager=cert_manager))
    return merged(certified, host_network_values("external-secrets", overlay=overlay))
