"""Who may ask Prometheus, Alertmanager and Grafana: pure."""

from typing import Any

from components.operations.monitoring_names import READERS
from components.operations.monitoring_settings import MonitoringSettings


def policy_spec(settings: MonitoringSettings) -> dict[str, Any]:
    """Return the spec of the NetworkPolicy: who may ask what asks nobody for a password.

    In Alertmanager everybody could silence every alert. Grafana is among it as long as nobody logs in to it.
    """
    open_to_all = settings.grafana.enabled and settings.grafana.admin_secret is None
    names = ["alertmanager", *(["grafana"] if open_to_all else []), "prometheus"]
    readers = sorted({*READERS, *settings.readers})
    return {
        "podSelector": {
            "matchExpressions": [{"key": "app.kubernetes.io/name", "operator": "In", "values": names}],
        },
        "policyTypes": ["Ingress"],
        "ingress": [
            {
                "from": [
                    {
                        "namespaceSelector": {
                            "matchExpressions": [
                                {"key": "kubernetes.io/metadata.name", "operator": "In", "values": readers}
                            ]
                        }
                    }
                ]
            }
        ],
    }
