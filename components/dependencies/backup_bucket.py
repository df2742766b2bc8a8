"""`BackupBucket`: where the backups of what is in the cluster lie."""

from typing import TYPE_CHECKING

import pulumi
from pulumi_aws.s3.bucket import Bucket
from pulumi_aws.s3.bucket_lifecycle_configuration import BucketLifecycleConfiguration
from pulumi_aws.s3.bucket_ownership_controls import BucketOwnershipControls
from pulumi_aws.s3.bucket_policy import BucketPolicy
from pulumi_aws.s3.bucket_public_access_block import BucketPublicAccessBlock
from pulumi_aws.s3.bucket_server_side_encryption_configuration import BucketServerSideEncryptionConfiguration
from pulumi_aws.s3.bucket_versioning import BucketVersioning

from components.component import Component
from components.dependencies.backup_store import bucket_name, lifecycle_rules
from components.foundation.identity import policy

if TYPE_CHECKING:
    from components.settings import StackSettings


class BackupBucket(Component):
    """The bucket of the backups: encrypted, versioned, closed to the public, and emptied of what is too old.

    `bucket` is the bucket, which a stack protects where its cluster is protected. Nobody reaches it without TLS.
    """

    bucket: Bucket

    def __init__(self, name: str, settings: "StackSettings", *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:dependencies:BackupBucket", name, None, opts)
        key = settings.dependencies.backups.kms_key_arn
        self.bucket = Bucket(
            name,
            bucket=bucket_name(settings),
            opts=self.child(protect=True if settings.cluster.protect else None),
        )
        closed = BucketPublicAccessBlock(
            name,
            bucket=self.bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self.child(),
        )
        BucketOwnershipControls(
            name, bucket=self.bucket.id, rule={"object_ownership": "BucketOwnerEnforced"}, opts=self.child()
        )
        versions = BucketVersioning(
            name, bucket=self.bucket.id, versioning_configuration={"status": "Enabled"}, opts=self.child()
        )
        BucketServerSideEncryptionConfiguration(
            name,
            bucket=self.bucket.id,
            rules=[
                {
                    "apply_server_side_encryption_by_default": (
                        {"sse_algorithm": "aws:kms", "kms_master_key_id": key} if key else {"sse_algorithm": "AES256"}
                    ),
                    "bucket_key_enabled": key is not None,
                }
            ],
            opts=self.child(),
        )
        arns = [self.bucket.arn, pulumi.Output.concat(self.bucket.arn, "/*")]
        BucketPolicy(
            name,
            bucket=self.bucket.id,
            policy=policy(
                [
                    {
                        "Sid": "OnlyTls",
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "s3:*",
                        "Resource": arns,
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    }
                ]
            ),
            opts=self.child(after=[closed]),  # S3 refuses two changes of a bucket's access at once
        )
        BucketLifecycleConfiguration(
            name,
            bucket=self.bucket.id,
            rules=lifecycle_rules(settings),
            opts=self.child(after=[versions]),  # a rule about old versions is for a bucket that has them
        )
        self.register_outputs({"name": self.bucket.id})
