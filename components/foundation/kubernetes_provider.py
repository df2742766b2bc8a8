"""The one explicit Kubernetes provider of a cluster, and the kubeconfig that it uses."""

import json

import pulumi
from pulumi_kubernetes.provider import Provider


def kubeconfig(
    *, name: str, endpoint: str, certificate_authority: str, region: str, role_arn: str | None = None
) -> str:
    """Return a kubeconfig (JSON) that has the AWS CLI make a token at each use, so that none is ever stored.

    `certificate_authority` is the base64 text that EKS gives. With `role_arn` the token is that role's, which whoever
    runs Pulumi must be allowed to assume.
    """
    token = ["--region", region, "eks", "get-token", "--cluster-name", name, "--output", "json"]
    command = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "aws",
        "args": [*token, "--role-arn", role_arn] if role_arn else token,
        "interactiveMode": "Never",
    }
    cluster = {"server": endpoint, "certificate-authority-data": certificate_authority}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": name,
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "clusters": [{"name": name, "cluster": cluster}],
            "users": [{"name": name, "user": {"exec": command}}],
        }
    )


def kubernetes_provider(
    name: str,
    *,
    identifier: str,
    opts: pulumi.ResourceOptions,
    context: str | None = None,
    kubeconfig: pulumi.Input[str] | None = None,
) -> Provider:
    """Return the provider of a cluster: server-side apply, and an error for an object that is already there.

    Only another `identifier` replaces it, and with it all that is in the cluster; any other change updates it in
    place. ConfigMaps and Secrets are updated in place too: their names are fixed, so that a replacement would leave
    the pods a moment without them.
    """
    return Provider(
        name,
        cluster_identifier=identifier,
        context=context,
        kubeconfig=kubeconfig,
        enable_server_side_apply=True,
        enable_config_map_mutable=True,
        enable_secret_mutable=True,
        opts=opts,
    )
