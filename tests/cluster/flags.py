"""The flags of the control plane's servers: one port in all, no call to the outside, nothing kept."""

from pathlib import Path

STAGES = Path(__file__).with_name("data") / "stages.yaml"
WEBHOOK_PLUGINS = "MutatingAdmissionWebhook,ValidatingAdmissionWebhook"

# Attaching waits for a CSI driver that no simulated node runs; pods are simulated as if it had happened.
_CONTROLLERS = "*,-persistentvolume-attach-detach-controller"


def etcd_flags() -> list[str]:
    """Return the flags of etcd: Unix sockets in its working folder, so no ports; nothing is kept, so no fsync."""
    return [
        "--data-dir=etcd",
        "--listen-client-urls=unix://clients:0",
        "--advertise-client-urls=unix://clients:0",
        "--listen-peer-urls=unix://peers:0",
        "--initial-advertise-peer-urls=unix://peers:0",
        "--initial-cluster=default=unix://peers:0",
        "--unsafe-no-fsync",
        "--log-level=warn",
    ]


def api_server_flags(port: int, *, webhooks: bool) -> list[str]:
    """Return the flags of kube-apiserver.

    Admission is the default set and NodeRestriction, less the two plug-ins that call webhooks unless `webhooks`.
    The server makes its own serving certificate, whose key also signs the service accounts' tokens.
    """
    return [
        "--etcd-servers=unix://clients:0",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        f"--secure-port={port}",
        "--permit-port-sharing=true",
        "--cert-dir=certificates",
        "--token-auth-file=tokens.csv",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        f"--disable-admission-plugins={'' if webhooks else WEBHOOK_PLUGINS}",
        "--allow-privileged=true",
        "--endpoint-reconciler-type=none",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-signing-key-file=certificates/apiserver.key",
        "--service-account-key-file=certificates/apiserver.key",
        "--profiling=false",
    ]


def player_flags(name: str) -> list[str]:
    """Return the flags of one of `EVERYTHING`: none of them listens on a port."""
    kubeconfig = f"--kubeconfig={name}.kubeconfig"
    match name:
        case "kube-controller-manager":
            return [
                kubeconfig,
                f"--controllers={_CONTROLLERS}",
                "--leader-elect=false",
                "--secure-port=0",
                "--use-service-account-credentials=true",
                "--root-ca-file=certificates/apiserver.crt",
                "--service-account-private-key-file=certificates/apiserver.key",
                "--kube-api-qps=200",
                "--kube-api-burst=400",
                "--profiling=false",
            ]
        case "kube-scheduler":
            return [kubeconfig, "--leader-elect=false", "--secure-port=0", "--profiling=false"]
        case _:
            return [
                kubeconfig,
                f"--config={STAGES}",
                "--v=WARN",
                "--manage-all-nodes=true",
                "--node-lease-duration-seconds=40",
                "--cidr=10.128.0.1/16",
            ]
