"""no-public-bucket: every bucket is closed to the public, whatever is set on it later."""

from collections.abc import Iterator, Mapping
from typing import Any

from policy.model import Rule, Stack
from policy.rules.principals import is_anyone
from policy.rules.reading import by_type, document, listed, not_true, open_value, refers
from slipway.recording.objects import dig, mapping
from slipway.recording.resource import Resource

_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
_SWITCHES = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_OPEN_ACLS = ("public-read", "public-read-write", "authenticated-read")


def _bucket(resource: Resource, stack: Stack, _parameters: Mapping[str, Any]) -> Iterator[str]:
    blocks = [
        each for each in stack.recording.of_type(_BLOCK) if refers(each, "bucket", resource, "bucket", "bucketName")
    ]
    if not blocks:
        yield "no BucketPublicAccessBlock is about the bucket: a later policy or ACL can open it"
    yield from _acl(resource, stack, _parameters)


def _block(resource: Resource, _stack: Stack, _parameters: Mapping[str, Any]) -> Iterator[str]:
    wrong = [key for key in _SWITCHES if not_true(resource.inputs.get(key))]
    if wrong:
        yield f"{', '.join(wrong)} must be true: the bucket can be opened to the public without"


def _acl(resource: Resource, _stack: Stack, _parameters: Mapping[str, Any]) -> Iterator[str]:
    if resource.inputs.get("acl") in _OPEN_ACLS:
        yield f"the ACL {resource.inputs['acl']} opens the bucket to the public: leave it out"


def _policy(resource: Resource, _stack: Stack, _parameters: Mapping[str, Any]) -> Iterator[str]:
    given = resource.inputs.get("policy")
    if open_value(given):
        return
    for statement in listed(dig(document(given), "Statement")):
        everyone = dig(statement, "Effect") == "Allow" and is_anyone(dig(statement, "Principal"))
        if everyone and not mapping(statement, "Condition"):
            yield "the bucket's policy allows everyone something without a Condition: name who may"


RULE = Rule(
    id="no-public-bucket",
    title="No bucket is open to the public",
    description="Each has all four switches of a public access block, no public ACL, and no policy for everyone.",
    severity="mandatory",
    check=by_type(
        {
            _BLOCK: _block,
            "aws:s3/bucket:Bucket": _bucket,
            "aws:s3/bucketAcl:BucketAcl": _acl,
            "aws:s3/bucketPolicy:BucketPolicy": _policy,
            "aws:s3/bucketV2:BucketV2": _bucket,
        }
    ),
)
