"""What the pods of every controller have in common."""

CRITICAL = "system-cluster-critical"

RUNTIME_DEFAULT = {"type": "RuntimeDefault"}
"""The seccomp profile that the Pod Security level restricted wants."""

CPU_UTILIZATION = 70
"""The percentage of the requested CPU at which pods of a gateway are added."""
