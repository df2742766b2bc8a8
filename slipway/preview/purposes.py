"""What things are for: of a component, what its own docstring says; of a resource type, one line here."""

from collections.abc import Iterator

import pulumi


def of_component(token: str) -> str | None:
    """Return the first sentence of a component's docstring, None for one whose class is not found.

    The class is the one of the token's last part; where several have that name, the one in a module of its middle part.
    """
    _, room, name = token.split(":", 2)
    found = [cls for cls in _classes(pulumi.ComponentResource) if cls.__name__ == name and cls.__doc__]
    fitting = [cls for cls in found if f".{room}." in f".{cls.__module__}."] or found
    if len(fitting) != 1:
        return None
    paragraph = " ".join(str(fitting[0].__doc__).strip().split("\n\n")[0].split())
    return paragraph.partition(". ")[0].rstrip(".")


def of_type(token: str) -> str | None:
    """Return what a resource of a type is for, None for a type that has no line here."""
    return _TYPES.get(token) or _KINDS.get(token.rpartition(":")[2].removesuffix("Patch"))


def _classes(base: type[pulumi.Resource]) -> Iterator[type[pulumi.Resource]]:
    for cls in base.__subclasses__():
        yield cls
        yield from _classes(cls)


_TYPES = {
    "aws:acm/certificate:Certificate": "a TLS certificate for load balancers of AWS",
    "aws:acm/certificateValidation:CertificateValidation": "waits until AWS has issued a certificate",
    "aws:autoscaling/tag:Tag": "a tag on the group's Auto Scaling group, where the autoscaler reads it",
    "aws:cloudwatch/logGroup:LogGroup": "keeps logs for a fixed time",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "emptied, so that nothing is reachable by mistake",
    "aws:ec2/eip:Eip": "the fixed public address of a NAT gateway",
    "aws:ec2/flowLog:FlowLog": "records the network's connections",
    "aws:ec2/internetGateway:InternetGateway": "joins the public subnets to the internet",
    "aws:ec2/launchTemplate:LaunchTemplate": "how a node boots: disk, metadata service, tags",
    "aws:ec2/natGateway:NatGateway": "lets private subnets reach the internet, not the reverse",
    "aws:ec2/route:Route": "one way out of a subnet",
    "aws:ec2/routeTable:RouteTable": "the ways out of a subnet",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "gives a subnet its route table",
    "aws:ec2/securityGroup:SecurityGroup": "who may connect to whom",
    "aws:ec2/subnet:Subnet": "a range of addresses in one zone",
    "aws:ec2/vpc:Vpc": "the private network of the cluster",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "reaches an AWS service without the internet",
    "aws:eks/accessEntry:AccessEntry": "lets an IAM principal into the cluster",
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": "what that principal may do",
    "aws:eks/addon:Addon": "software on the cluster that AWS maintains",
    "aws:eks/cluster:Cluster": "the Kubernetes control plane",
    "aws:eks/nodeGroup:NodeGroup": "nodes of one pool in one zone",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": "gives a service account an IAM role",
    "aws:elasticache/replicationGroup:ReplicationGroup": "a cache of an app, and its copies in other zones",
    "aws:elasticache/subnetGroup:SubnetGroup": "the subnets that a cache is in",
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": "lets IAM trust the cluster's service accounts",
    "aws:iam/policy:Policy": "what a role may do",
    "aws:iam/role:Role": "an identity in AWS",
    "aws:iam/rolePolicy:RolePolicy": "what a role may do",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "what a role may do, by a policy of AWS's own",
    "aws:kms/alias:Alias": "a readable name of a key",
    "aws:kms/key:Key": "encrypts what is stored",
    "aws:rds/instance:Instance": "a database of an app, run by AWS",
    "aws:rds/parameterGroup:ParameterGroup": "how a database is set up",
    "aws:rds/subnetGroup:SubnetGroup": "the subnets that a database is in",
    "aws:route53/record:Record": "a DNS record",
    "aws:s3/bucket:Bucket": "keeps files: here backups of what runs in the cluster",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "when what is in a bucket is deleted",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "all that is in a bucket belongs to its account",
    "aws:s3/bucketPolicy:BucketPolicy": "refuses whoever comes without TLS",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "keeps a bucket closed, whatever a policy says",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": "how a bucket encrypts",
    "aws:s3/bucketVersioning:BucketVersioning": "keeps what is overwritten or deleted for a while",
    "aws:secretsmanager/secret:Secret": "keeps a password",
    "aws:secretsmanager/secretRotation:SecretRotation": "how often a password is changed",
    "aws:secretsmanager/secretVersion:SecretVersion": "the password itself, never shown",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "a connection that may be opened from a group",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "a connection that a group accepts",
    "aws:wafv2/webAcl:WebAcl": "the firewall before application load balancers",
    "kubernetes:helm.sh/v3:Release": "a Helm chart, installed and rolled back as a whole",
    "kubernetes:helm.sh/v4:Chart": "a Helm chart, its objects managed one by one",
    "pulumi:providers:aws": "the account, the region and the default tags of all AWS resources",
    "pulumi:providers:kubernetes": "how to reach the cluster",
}

_KINDS = {
    "APIServer": "serves Calico's own API",
    "AnalysisTemplate": "what a new version is judged by",
    "AWSPCAClusterIssuer": "issues certificates from AWS Private CA",
    "AuthorizationPolicy": "who may call pods, and on which ports",
    "Bundle": "the authorities that pods are told to trust",
    "Canary": "moves requests to a new version step by step (Flagger)",
    "Certificate": "a certificate that is issued and renewed by itself",
    "ClusterIssuer": "where certificates come from",
    "ClusterRole": "a set of permissions in the whole cluster",
    "ClusterRoleBinding": "grants permissions in the whole cluster",
    "ClusterSecretStore": "where secrets are fetched from",
    "ConfigMap": "configuration that is no secret",
    "CronJob": "makes a Job at fixed times",
    "DaemonSet": "one pod on every node",
    "Deployment": "keeps replicas of a pod running, and replaces them by and by",
    "DestinationRule": "the versions of a service, and when a failing pod is left alone",
    "EgressNetwork": "the addresses outside that meshed pods may reach",
    "EnvoyProxy": "how Envoy Gateway runs its proxies",
    "ExternalSecret": "a Secret that is kept as it is in a store",
    "FelixConfiguration": "how Calico's agent on each node works",
    "Gateway": "where requests come in: ports, hosts, certificates",
    "GatewayClass": "who implements Gateways",
    "GlobalNetworkPolicy": "connections allowed or refused in every namespace",
    "Goldmane": "collects which connections were made, and which policy decided",
    "HTTPRoute": "where a host's or a service's requests go",
    "HorizontalPodAutoscaler": "adds and removes pods by their load",
    "Ingress": "a host name and paths that lead to a service",
    "IngressClass": "the controller that an Ingress chooses",
    "IngressClassParams": "what the load balancers of a class are",
    "Installation": "how the operator installs Calico",
    "Issuer": "signs certificates of one namespace",
    "Job": "runs pods until enough of them have succeeded",
    "LimitRange": "the defaults and limits of a container that names none",
    "LoadBalancerConfiguration": "what the Gateway's load balancer is",
    "MeshTLSAuthentication": "callers by their identity in the mesh",
    "MetricTemplate": "what Prometheus is asked of a new version",
    "MutatingWebhookConfiguration": "which control plane a tag's pods get their proxy from",
    "Namespace": "a room for objects, with its own rules",
    "NetworkAuthentication": "callers by their network",
    "NetworkPolicy": "which connections pods may open and accept",
    "Password": "makes up a password, once",
    "PeerAuthentication": "whether the mesh insists on mutual TLS",
    "PersistentVolumeClaim": "a volume that outlives its pod",
    "PodDisruptionBudget": "how many pods may be away at once",
    "PodMonitor": "which pods Prometheus scrapes",
    "PriorityClass": "who goes first when nodes are full",
    "PrometheusRule": "when somebody is alerted",
    "ResourceQuota": "how much a namespace may use",
    "Role": "a set of permissions in a namespace",
    "RoleBinding": "grants permissions in a namespace",
    "Rollout": "replaces an app's version by blue-green or step by step",
    "SealedSecret": "a Secret, encrypted for this cluster only",
    "ScaledJob": "starts a job for each event",
    "ScaledObject": "adds and removes pods by events, down to none",
    "Secret": "credentials; their values are never shown",
    "Server": "a port that the mesh guards",
    "Service": "one stable address for changing pods",
    "ServiceAccount": "the identity of pods",
    "ServiceEntry": "a host or network outside that proxies may reach",
    "ServiceMonitor": "which Services Prometheus scrapes",
    "Sidecar": "what an app's proxy may reach",
    "StatefulSet": "pods with names and volumes of their own",
    "StorageClass": "a kind of volume to choose from",
    "TLSRoute": "hosts outside that an app may reach by TLS",
    "TargetGroupConfiguration": "how a load balancer reaches and checks pods",
    "Telemetry": "where spans go, and of how many requests",
    "Tier": "policies that are asked before those of the namespaces",
    "TriggerAuthentication": "how KEDA logs in where it looks for events",
    "VerticalPodAutoscaler": "sizes the requests of pods by what they use",
    "VirtualServer": "how NGINX divides a host's requests",
    "VirtualService": "how requests are divided, retried and limited in time",
    "VolumeSnapshotClass": "how snapshots of volumes are taken",
    "Whisker": "shows the recorded connections in the browser",
}
