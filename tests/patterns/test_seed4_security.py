"""The comprehensive guide's network policy, PodSecurityPolicy and RBAC."""

from components.apps.words import Manifest
from tests.support.patterns import ABSENT, agrees, document, documents, pattern

POLICY, PSP, ROLES = "4-15-networkpolicy", "4-16-podsecuritypolicy", "4-17-serviceaccount"


def test_network_policy_in() -> None:
    in_other = (ABSENT, "in another object: user-service-to-database")
    agrees(
        document(POLICY),
        pattern(POLICY).kinds("NetworkPolicy")["user-service-from-api-gateway"],
        {
            "metadata.name": ("user-service-from-api-gateway", "naming: one policy for each thing that is allowed"),
            "spec.policyTypes": (["Ingress"], "in another object: Egress is in user-service-to-database"),
            "spec.egress[0].to[0].podSelector.matchLabels.app": in_other,
            "spec.egress[0].ports[5432].protocol": in_other,
            "spec.egress[0].ports[5432].port": in_other,
        },
    )


def test_network_policy_out() -> None:
    in_other = (ABSENT, "in another object: user-service-from-api-gateway")
    agrees(
        document(POLICY),
        pattern(POLICY).kinds("NetworkPolicy")["user-service-to-database"],
        {
            "metadata.name": ("user-service-to-database", "naming: one policy for each thing that is allowed"),
            "spec.policyTypes": (["Egress"], "in another object: Ingress is in user-service-from-api-gateway"),
            "spec.ingress[0].from[0].podSelector.matchLabels.app": in_other,
            "spec.ingress[0].ports[8080].protocol": in_other,
            "spec.ingress[0].ports[8080].port": in_other,
        },
    )


def test_the_two_policies_are_the_documents_one() -> None:
    """Policies add up, and the namespace denies the rest both ways: so the document's one is its two halves."""
    found = pattern(POLICY)
    rendered = found.kinds("NetworkPolicy").values()
    assert sorted(kind for each in rendered for kind in each["spec"]["policyTypes"]) == ["Egress", "Ingress"]
    denied = found.resource("kubernetes:networking.k8s.io/v1:NetworkPolicy", "namespace-web-default-deny")
    assert denied.inputs["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_the_other_ends_are_opened_too() -> None:
    """The document opens one end of each connection; the callers' namespaces deny as well."""
    found = pattern(POLICY)
    gateway = found.of("api-gateway")["to-user-service"]["spec"]
    assert gateway["egress"][0]["ports"] == [{"port": 8080, "protocol": "TCP"}]
    database = found.of("database")["from-user-service"]["spec"]
    assert database["ingress"][0]["ports"] == [{"port": 5432, "protocol": "TCP"}]


def test_pod_security_policy_is_the_namespaces_level() -> None:
    namespace = pattern(PSP).recorded("Namespace", "web")
    admission = "modernised: PodSecurityPolicy is gone since 1.25; the level restricted, a label of the namespace"
    by_level = (ABSENT, f"{admission}, refuses anything else")
    free = (ABSENT, "house default: any is allowed, and the pod says none of SELinux's, and the app's own group")
    by_app = (ABSENT, "in another object: the security contexts of the pod and its containers")
    agrees(
        document(PSP),
        namespace,
        {
            "apiVersion": ("v1", admission),
            "kind": ("Namespace", admission),
            "metadata.name": ("web", admission),
            "spec.privileged": by_level,
            "spec.allowPrivilegeEscalation": by_level,
            "spec.requiredDropCapabilities": by_level,
            "spec.volumes": by_level,
            "spec.hostNetwork": by_level,
            "spec.hostIPC": by_level,
            "spec.hostPID": by_level,
            "spec.runAsUser.rule": by_level,
            "spec.seLinux.rule": free,
            "spec.fsGroup.rule": free,
            "spec.readOnlyRootFilesystem": by_app,
        },
    )
    labels = namespace["metadata"]["labels"]
    assert {key: value for key, value in labels.items() if key.endswith(("/enforce", "/audit", "/warn"))} == {
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
    }


def _sources(pod: Manifest) -> set[str]:
    """Return what a pod's volumes are made of, in PodSecurityPolicy's words."""
    return {key for volume in pod["volumes"] for key in volume if key != "name"}


def test_every_field_of_the_pod_security_policy_holds_for_the_pod() -> None:
    source = document(PSP)["spec"]
    pod = pattern(PSP).one("Deployment")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    own = container["securityContext"]
    assert own.get("privileged", False) is source["privileged"]
    assert own["allowPrivilegeEscalation"] is source["allowPrivilegeEscalation"]
    assert own["capabilities"]["drop"] == source["requiredDropCapabilities"]
    assert own["readOnlyRootFilesystem"] is source["readOnlyRootFilesystem"]
    assert _sources(pod) == {"projected", "emptyDir", "persistentVolumeClaim"} <= set(source["volumes"])
    for field in ("hostNetwork", "hostIPC", "hostPID"):
        assert pod.get(field, False) is source[field]
    assert source["runAsUser"] == {"rule": "MustRunAsNonRoot"}
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert source["seLinux"] == source["fsGroup"] == {"rule": "RunAsAny"}
    assert "seLinuxOptions" not in pod["securityContext"]
    assert pod["securityContext"]["fsGroup"] == 1000


def test_service_account() -> None:
    found = pattern(ROLES)
    agrees(
        documents(ROLES)[0],
        found.one("ServiceAccount"),
        {"metadata.name": ("user-service", "naming: the account has the app's name")},
    )
    pod = found.one("Deployment")["spec"]["template"]["spec"]
    assert (pod["serviceAccountName"], pod["automountServiceAccountToken"]) == ("user-service", True)


def test_role() -> None:
    role = pattern(ROLES).one("Role")
    agrees(documents(ROLES)[1], role, {"metadata.name": ("user-service", "naming: the Role has the app's name")})
    assert len(role["rules"]) == len(documents(ROLES)[1]["rules"])


def test_role_binding() -> None:
    agrees(
        documents(ROLES)[2],
        pattern(ROLES).one("RoleBinding"),
        {
            "metadata.name": ("user-service", "naming: the binding has the app's name"),
            "subjects[ServiceAccount].name": ("user-service", "naming: the account has the app's name"),
            "roleRef.name": ("user-service", "naming: the Role has the app's name"),
        },
    )
