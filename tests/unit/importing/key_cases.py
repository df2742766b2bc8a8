"""App files with one key of each kind, for what comes back from the objects that they render."""

from typing import Any

BASE = {"name": "web", "namespace": "shop", "image": "registry.example.com/web:v1", "ports": {"http": 8080}}
RULES = {"stabilizationWindowSeconds": 60, "policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}]}
HELPER = {
    "image": "registry.example.com/helper:v2",
    "command": ["run"],
    "args": ["-v"],
    "ports": {"admin": 9901},
    "config": {"LEVEL": "$(NODE)"},
    "env": {"NODE": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
    "secrets": ["helper-key"],
    "resources": {"limits": {"cpu": "50m", "memory": "64Mi"}, "requests": {"cpu": "10m", "memory": "32Mi"}},
    "probes": {"liveness": {"tcp": "admin", "timeoutSeconds": 2}},
    "mounts": {"cache": "/cache"},
    "scratch": ["/run/helper"],
}
CASES: dict[str, dict[str, Any]] = {
    "daemon set": {"kind": "DaemonSet", "strategy": {"maxUnavailable": "10%", "maxSurge": 0}},
    "job": {"kind": "Job", "ports": {}, "job": {"parallelism": 2, "completions": 4, "restartPolicy": "OnFailure"}},
    "cron job": {
        "kind": "CronJob",
        "ports": {},
        "cron": {
            "schedule": "0 3 * * *",
            "timeZone": "Europe/Berlin",
            "concurrencyPolicy": "Replace",
            "startingDeadlineSeconds": 60,
        },
        "job": {"completions": 1, "activeDeadlineSeconds": 600, "backoffLimit": 1, "ttlSecondsAfterFinished": 60},
    },
    "stateful set": {
        "kind": "StatefulSet",
        "statefulSet": {
            "firstOrdinal": 1,
            "partition": 2,
            "podManagementPolicy": "Parallel",
            "retention": {"whenDeleted": "Delete"},
        },
        "volumes": {"data": {"size": "10Gi", "mountPath": "/data", "storageClass": "gp3-ssd"}},
    },
    "containers": {
        "volumes": {"cache": {"type": "emptyDir", "medium": "Memory", "size": "64Mi", "mountPath": "/var/cache"}},
        "initContainers": {"migrate": HELPER},
        "sidecars": {"proxy": {**HELPER, "scratch": ["/run/proxy"]}},
        "containers": {"exporter": {**HELPER, "scratch": ["/run/exporter"]}},
    },
    "lifecycle": {
        "lifecycle": {"postStart": {"exec": ["warm"]}, "preStop": {"path": "/drain", "port": "http"}},
        "terminationGracePeriodSeconds": 90,
    },
    "files": {"files": {"/etc/web/app.yaml": "a: 1\n", "/etc/web/sub/b.conf": "b"}, "config": {"MODE": "a"}},
    "volumes": {
        "volumes": {
            "big": {"type": "ephemeral", "size": "5Gi", "mountPath": "/big", "storageClass": "gp3-ssd"},
            "given": {"type": "claim", "claimName": "shared", "mountPath": "/shared", "readOnly": True},
        },
        "scratch": ["/tmp", "/var/run"],  # noqa: S108 (a path in the container)
    },
    "gpu": {"gpu": {"count": 2}},
    "shared gpu": {"gpu": {"count": 1, "sharing": "mps"}},
    "spread": {
        "spread": [{"topologyKey": "kubernetes.io/hostname", "maxSkew": 2, "whenUnsatisfiable": "ScheduleAnyway"}]
    },
    "tier": {"tier": 1},
    "names": {
        "hostAliases": {"203.0.113.10": ["db.example.com", "db"], "2001:db8::1": ["six.example.com"]},
        "dnsPolicy": "None",
        "dnsConfig": {
            "nameservers": ["203.0.113.53"],
            "searches": ["corp.example.com"],
            "options": {"ndots": "2", "edns0": None},
        },
    },
    "nodes": {
        "nodeAffinity": {
            "required": [
                {"key": "kubernetes.io/arch", "operator": "In", "values": ["arm64"]},
                {"key": "example.com/fast", "operator": "Exists"},
            ],
            "preferred": [{"key": "example.com/cores", "operator": "Gt", "values": ["8"], "weight": 50}],
        }
    },
    "steadiness": {"minReadySeconds": 30},
    "steady set": {"kind": "StatefulSet", "minReadySeconds": 10},
    "steady daemons": {"kind": "DaemonSet", "minReadySeconds": 5, "strategy": {"maxSurge": 0, "maxUnavailable": 1}},
    "secret files": {
        "volumes": {
            "tls": {
                "type": "secret",
                "secretName": "web-tls",
                "mountPath": "/etc/web/tls",
                "mode": "0400",
                "readOnly": True,
                "items": {"tls.crt": "cert.pem", "tls.key": {"path": "private/key.pem", "mode": "0440"}},
            }
        }
    },
    "disk": {
        "resources": {
            "limits": {"cpu": "1", "memory": "1Gi", "ephemeralStorage": "4Gi"},
            "requests": {"cpu": "500m", "memory": "512Mi", "ephemeralStorage": "1Gi"},
        },
        "scratch": ["/var/cache/web", "/var/run"],
        "scratchSize": "2Gi",
    },
    "metrics": {
        "scaling": {
            "minReplicas": 2,
            "maxReplicas": 9,
            "cpu": None,
            "memory": 80,
            "metrics": [
                {"containerResource": {"name": "cpu", "container": "web", "target": {"averageValue": "300m"}}},
                {"pods": {"metric": {"name": "requests"}, "target": {"averageValue": "100"}}},
                {
                    "object": {
                        "describedObject": {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "name": "main"},
                        "metric": {"name": "hits"},
                        "target": {"value": "2k"},
                    }
                },
                {
                    "external": {
                        "metric": {"name": "depth", "selector": {"matchLabels": {"queue": "a"}}},
                        "target": {"averageValue": "30"},
                    }
                },
            ],
            "behavior": {"scaleDown": RULES, "scaleUp": {**RULES, "selectPolicy": "Min"}},
        }
    },
    "events": {
        "scaling": {
            "minReplicas": 0,
            "maxReplicas": 9,
            "keda": {
                "pollingInterval": 15,
                "cooldownPeriod": 60,
                "fallback": {"failureThreshold": 4, "replicas": 3},
                "triggers": {
                    "day": {
                        "cron": {
                            "timezone": "UTC",
                            "start": "0 8 * * *",
                            "end": "0 18 * * *",
                            "desiredReplicas": 3,
                        }
                    },
                    "queue": {"awsSqsQueue": {"queueArn": "arn:aws:sqs:us-west-2:123456789012:jobs", "queueLength": 7}},
                    "topic": {
                        "kafka": {"bootstrapServers": ["a:9092", "b:9092"], "consumerGroup": "web", "tls": True},
                        "secretTargetRef": {"ca": {"name": "kafka", "key": "ca.crt"}},
                    },
                    "load": {"prometheus": {"query": "sum(x)", "threshold": 2.5, "serverAddress": "http://p:9090"}},
                    "busy": {"cpu": {"averageUtilization": 60}},
                    "mail": {
                        "rabbitmq": {"queueName": "mail", "value": 50, "protocol": "amqp", "vhostName": "web"},
                        "secretTargetRef": {"host": {"name": "mq", "key": "uri"}},
                    },
                    "rate": {
                        "metricsApi": {"url": "http://stats:80/a", "valueLocation": "rate", "targetValue": 7.5},
                    },
                },
            },
        }
    },
    "vertical": {
        "verticalScaling": {
            "mode": "InPlaceOrRecreate",
            "minReplicas": 3,
            "containerPolicies": [{"maxAllowed": {"cpu": "2"}, "controlledResources": ["cpu"]}],
        }
    },
    "disruption": {"disruption": {"minAvailable": "50%"}},
    "permissions": {
        "permissions": [{"resources": ["configmaps"], "verbs": ["get", "list"], "resourceNames": ["a"]}],
    },
    "account": {"serviceAccount": {"annotations": {"example.com/owner": "shop"}}},
    "monitoring": {"ports": {"http": 8080, "metrics": 9090}, "monitoring": {"path": "/m", "interval": "15s"}},
    "external secret": {
        "secrets": {
            "external": {
                "db": {
                    "store": "aws-secrets-manager",
                    "key": "shop/db",
                    "refreshInterval": "1h",
                    "data": {"PASSWORD": {"property": "password"}},
                },
                "tls": {"store": "vault", "key": "shop/tls", "mountPath": "/tls", "refreshInterval": "2h"},
            },
            "existing": ["given"],
        }
    },
    "service": {
        "service": {
            "type": "NodePort",
            "nodePorts": {"http": 30080},
            "sessionAffinity": True,
            "externalTrafficPolicy": "Local",
            "trafficDistribution": "PreferSameZone",
        }
    },
    "outside": {"externalServices": {"db": {"externalName": "db.example.org", "ports": {"postgres": 5432}}}},
    "ingress": {"ingress": {"host": "web.example.com", "paths": ["/api", "/v1"], "port": "http", "tls": False}},
    "gateway api": {
        "route": {"host": "web.example.com", "paths": ["/api"], "controller": "gateway-api", "port": "http"},
        "canary": {"image": "registry.example.com/web:v2", "weight": 5, "header": {"name": "x-new", "value": "yes"}},
    },
    "istio": {
        "route": {"host": "web.example.com", "paths": ["/api"], "controller": "istio", "port": "http"},
        "canary": {
            "image": "registry.example.com/web:v2",
            "replicas": 2,
            "weight": 5,
            "header": {"name": "x-new", "value": "yes"},
        },
        "timeout": "5s",
        "retries": {"attempts": 3, "perTryTimeout": "1s", "retryOn": ["server-error", "reset"]},
        "circuitBreaker": {"consecutiveErrors": 4, "maxConnections": 100, "maxPendingRequests": 50},
    },
    "colours": {
        "strategy": {
            "type": "blue-green",
            "active": "green",
            "blue": {"image": "registry.example.com/web:v0"},
            "green": {"image": "registry.example.com/web:v1"},
        }
    },
    "argo canary": {
        "route": {"host": "web.example.com", "controller": "istio", "port": "http"},
        "strategy": {
            "type": "canary",
            "by": "argo-rollouts",
            "steps": [10, 50, 100],
            "pause": "3m",
            "header": {"name": "x-new", "value": "yes"},
            "analysis": {"successRate": 98, "latencyP99Ms": 300, "successQuery": "a", "latencyQuery": "b"},
        },
    },
    "argo blue-green": {
        "strategy": {
            "type": "blue-green",
            "by": "argo-rollouts",
            "autoPromotionSeconds": 60,
            "scaleDownDelaySeconds": 5,
        }
    },
    "egress": {"egress": [{"cidrs": ["203.0.113.0/24"], "ports": [443, 8443], "protocol": "TCP"}]},
    "pods": {
        "labels": {"example.com/team": "shop"},
        "podAnnotations": {"example.com/note": "x"},
        "imagePullSecrets": ["registry"],
        "priorityClass": "system-cluster-critical",
        "runAs": {"user": 999, "group": 998},
        "wait": False,
    },
}
