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

INTERVAL_SECONDS = 30
"""How often what Slipway itself makes scrapes the platform's parts: kube-prometheus-stack's own interval."""

ISTIO_PROXIES = f"{NAMESPACE}/istio-proxies"
"""The label `job` of what is scraped from Istio's gateways and waypoints: a PodMonitor's, as the operator writes it."""

RUNBOOKS = "https://github.com/example/slipway/blob/main"
"""Where this project's own pages are read; whoever keeps it elsewhere says so in `monitoring.runbookUrl`."""


def runbook_url(base: str, page: str, alert: str) -> str:
    """Return the address of an alert's section: of `page`, below `base` unless it is an address itself.

    Who is woken sees the alert, not the repository.
    """
    address = page if page.startswith(("http://", "https://")) else f"{base.rstrip('/')}/{page.lstrip('/')}"
    return f"{address}#{alert.lower()}"
