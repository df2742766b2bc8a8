"""An Ingress of several hosts and of several apps: each app takes its paths, with the hosts and their TLS."""

from ruamel.yaml import YAML

from slipway.importing.documents import Source
from slipway.importing.importer import Import, import_sources

DOCUMENTS = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: registry.example.com/web:1.0.0
          ports: [{containerPort: 8080, name: http}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: 2
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
        - name: api
          image: registry.example.com/api:1.0.0
          ports: [{containerPort: 8080, name: http}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec: {selector: {app: api}, ports: [{name: http, port: 80, targetPort: http}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  ingressClassName: nginx
  tls:
    - {hosts: [www.example.com], secretName: a}
    - {hosts: [shop.example.com], secretName: b}
  rules:
    - host: www.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    - host: shop.example.com
      http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
          - {path: /api, pathType: Prefix, backend: {service: {name: api, port: {name: http}}}}
    - host: plain.example.com
      http: {paths: [{path: /health, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
"""


def imported() -> Import:
    documents = list(YAML(typ="safe").load_all(DOCUMENTS))
    sources = [Source("all.yaml", number, each) for number, each in enumerate(documents, 1)]
    return import_sources(sources, environment="staging", namespace="shop")


def test_each_app_has_the_hosts_that_lead_to_it() -> None:
    apps = imported().apps
    assert apps["web"].document["ingress"] == {
        "host": "www.example.com",
        "port": "http",
        "tls": True,
        "hosts": [
            {"host": "shop.example.com", "tls": True},
            {"host": "plain.example.com", "paths": ["/health"], "tls": False},
        ],
    }
    assert apps["api"].document["ingress"] == {
        "host": "shop.example.com",
        "paths": ["/api"],
        "port": "http",
        "tls": True,
    }


def test_nothing_of_it_is_reported_as_lost_but_its_own_certificates() -> None:
    lost = [each.path for each in imported().entries if each.kind == "Ingress" and each.outcome == "not carried"]
    assert lost == ["spec.tls[0].secretName", "spec.tls[1].secretName"]


def test_what_is_rendered_of_it_leads_to_the_same_services() -> None:
    apps = imported().apps
    led = {
        (rule["host"], path["path"].rstrip("/") or "/", path["backend"]["service"]["name"])
        for app in apps.values()
        for each in app.objects.values()
        if each["kind"] == "Ingress"
        for rule in each["spec"]["rules"]
        for path in rule["http"]["paths"]
    }
    assert led == {
        ("www.example.com", "/", "web"),
        ("shop.example.com", "/", "web"),
        ("shop.example.com", "/api", "api"),
        ("plain.example.com", "/health", "web"),
    }
