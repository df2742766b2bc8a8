"""Where the stack's own Prometheus is: names that other rooms use without asking the monitoring room."""

NAMESPACE = "monitoring"
"""Of kube-prometheus-stack; its pods may scrape metrics ports."""

RELEASE = "kube-prometheus-stack"

PROMETHEUS_URL = f"http://{RELEASE}-prometheus.{NAMESPACE}:9090"
"""Prometheus's Service, as the chart names it after the release."""

READERS = ("argo-rollouts", "flagger-system", "keda", NAMESPACE)
"""The platform's namespaces whose pods ask Prometheus: analysis of rollouts, scaling by metrics, Grafana."""

NODE_EXPORTER_NAMESPACE = "node-exporter"
"""Apart from the rest, since only it needs the nodes' own network, processes and files."""
