"""Who signs for Linkerd's pods and for its webhooks, who is trusted, and what waits for whom."""

import pytest
from pydantic import ValidationError

from components.networking.mesh.linkerd_identity import anchor_spec, issuer_spec
from components.networking.mesh.linkerd_settings import GivenIdentitySettings, LinkerdSettings
from components.networking.mesh.linkerd_webhooks import authority_spec, certificate_spec
from tests.support.incluster import waits_for
from tests.support.linkerd import ANCHOR, ISSUER, custom, linkerd, mesh


def hours(duration: str) -> int:
    """Return a duration of the form 48h0m0s in hours."""
    return int(duration.removesuffix("h0m0s"))


def test_the_trust_anchor_is_where_trust_manager_may_read_it_and_signs_the_issuer() -> None:
    recording = linkerd(mesh())
    anchor = custom(recording, "Certificate", "linkerd-trust-anchor")
    assert anchor.inputs["metadata"]["namespace"] == "cert-manager"
    assert anchor.inputs["spec"]["issuerRef"]["name"] == "linkerd-trust-root-issuer"
    authority = custom(recording, "ClusterIssuer", "linkerd-trust-anchor").inputs["spec"]
    assert authority == {"ca": {"secretName": anchor.inputs["spec"]["secretName"]}}
    issuer = custom(recording, "Certificate", "linkerd-identity-issuer").inputs
    assert issuer["metadata"]["namespace"] == "linkerd"
    assert issuer["spec"]["issuerRef"] == {
        "group": "cert-manager.io",
        "kind": "ClusterIssuer",
        "name": "linkerd-trust-anchor",
    }
    assert issuer["spec"]["secretName"] == "linkerd-identity-issuer"


def test_the_certificates_are_what_linkerd_takes() -> None:
    for spec in (anchor_spec("linkerd-trust-anchor"), issuer_spec("linkerd-trust-anchor")):
        assert spec["isCA"] is True
        assert (spec["privateKey"]["algorithm"], spec["privateKey"]["size"]) == ("ECDSA", 256)
    assert issuer_spec("linkerd-trust-anchor")["commonName"] == "identity.linkerd.cluster.local"


def test_a_renewal_never_leaves_running_pods_behind() -> None:
    """An anchor and the webhooks' authority keep their key; what they sign gets a new one."""
    for kept in (anchor_spec("linkerd-a"), authority_spec()):
        assert kept["privateKey"]["rotationPolicy"] == "Never"
        assert hours(kept["duration"]) >= 10 * 365 * 24
    for renewed in (issuer_spec("linkerd-a"), certificate_spec("linkerd-proxy-injector")):
        assert renewed["privateKey"]["rotationPolicy"] == "Always"
    # A pod's certificate is valid for 24 hours, and one that is signed last must not outlive the signer's.
    assert hours(issuer_spec("linkerd-a")["renewBefore"]) > 24


def test_the_bundle_goes_to_linkerds_namespace_only() -> None:
    bundle = custom(linkerd(mesh()), "Bundle", "linkerd-identity-trust-roots").inputs
    assert bundle["spec"] == {
        "sources": [{"secret": {"name": "linkerd-trust-anchor", "key": "tls.crt"}}],
        "target": {
            "configMap": {"key": "ca-bundle.crt"},
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "linkerd"}},
        },
    }


def test_the_first_anchor_signs_and_all_are_trusted() -> None:
    recording = linkerd(mesh(linkerd={"trustAnchors": ["linkerd-new", "linkerd-old"]}))
    assert custom(recording, "Certificate", "linkerd-identity-issuer").inputs["spec"]["issuerRef"]["name"] == (
        "linkerd-new"
    )
    bundle = custom(recording, "Bundle", "linkerd-identity-trust-roots")
    assert [source["secret"]["name"] for source in bundle.inputs["spec"]["sources"]] == ["linkerd-new", "linkerd-old"]
    assert waits_for(recording, bundle) >= {"linkerd-identity-linkerd-new", "linkerd-identity-linkerd-old"}


def test_an_anchors_resources_do_not_depend_on_its_place() -> None:
    """Otherwise putting another one first would replace it, and with it the key."""
    one, other = (
        linkerd(mesh(linkerd={"trustAnchors": order}))
        for order in (["linkerd-a", "linkerd-b"], ["linkerd-b", "linkerd-a"])
    )
    assert one.urns == other.urns
    for name in ("linkerd-a", "linkerd-b"):
        assert custom(one, "Certificate", name).inputs == custom(other, "Certificate", name).inputs


def test_each_waits_for_what_makes_it_possible() -> None:
    recording = linkerd(mesh())
    assert waits_for(recording, custom(recording, "Issuer", "linkerd-trust-root-issuer")) == {"cert-manager"}
    anchor = custom(recording, "Certificate", "linkerd-trust-anchor")
    assert waits_for(recording, anchor) == {"linkerd-identity-roots"}
    issuer = custom(recording, "Certificate", "linkerd-identity-issuer")
    assert waits_for(recording, issuer) == {"linkerd-namespace", "linkerd-identity-linkerd-trust-anchor"}
    bundle = custom(recording, "Bundle", "linkerd-identity-trust-roots")
    assert waits_for(recording, bundle) == {"linkerd-namespace", "trust-manager", anchor.name}
    root = custom(recording, "Issuer", "linkerd-webhooks-root")
    assert waits_for(recording, root) == {"linkerd-namespace", "cert-manager"}


@pytest.mark.parametrize(
    ("kind", "name", "condition"),
    [
        ("Certificate", "linkerd-trust-anchor", "Ready"),
        ("ClusterIssuer", "linkerd-trust-anchor", "Ready"),
        ("Certificate", "linkerd-identity-issuer", "Ready"),
        ("Bundle", "linkerd-identity-trust-roots", "Synced"),
        ("Certificate", "linkerd-webhooks", "Ready"),
        ("Certificate", "linkerd-proxy-injector", "Ready"),
        ("Certificate", "linkerd-sp-validator", "Ready"),
        ("Certificate", "linkerd-policy-validator", "Ready"),
    ],
)
def test_the_deployment_waits_until_it_is_there(kind: str, name: str, condition: str) -> None:
    annotations = custom(linkerd(mesh()), kind, name).inputs["metadata"]["annotations"]
    assert annotations["pulumi.com/waitFor"] == f"condition={condition}"
    assert int(annotations["pulumi.com/timeoutSeconds"]) >= 60


@pytest.mark.parametrize(
    ("key", "service"),
    [
        ("proxyInjector", "linkerd-proxy-injector"),
        ("profileValidator", "linkerd-sp-validator"),
        ("policyValidator", "linkerd-policy-validator"),
    ],
)
def test_a_webhooks_certificate_is_the_one_that_the_chart_looks_for(key: str, service: str) -> None:
    recording = linkerd(mesh())
    certificate = custom(recording, "Certificate", service).inputs
    assert certificate["spec"]["secretName"] == f"{service}-k8s-tls"
    assert certificate["spec"]["dnsNames"] == [f"{service}.linkerd.svc"]
    authority = custom(recording, "Issuer", certificate["spec"]["issuerRef"]["name"]).inputs["spec"]
    assert authority == {"ca": {"secretName": "linkerd-webhooks"}}
    values = recording.one("kubernetes:helm.sh/v3:Release", "linkerd-control-plane").inputs["values"]
    namespace, _, name = values[key]["injectCaFrom"].partition("/")
    assert (namespace, name) == (certificate["metadata"]["namespace"], certificate["metadata"]["name"])
    assert values[key]["externalSecret"] is True


def test_a_certificate_is_one_in_pem_form() -> None:
    both = GivenIdentitySettings(
        trust_anchor_pem=ANCHOR + ISSUER, issuer_certificate_pem=ISSUER, issuer_key_secret="key"
    )
    assert both.trust_anchor_pem == ANCHOR + ISSUER
    for wrong in ("anchor.crt", "", ANCHOR.replace("CERTIFICATE", "PRIVATE KEY"), ANCHOR + "x"):
        with pytest.raises(ValidationError):
            GivenIdentitySettings(trust_anchor_pem=wrong, issuer_certificate_pem=ISSUER, issuer_key_secret="key")


@pytest.mark.parametrize("wrong", [(), ("private-ca",), ("linkerd-A",)])
def test_trust_anchors_have_names_of_their_own(wrong: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        LinkerdSettings(trust_anchors=wrong)
