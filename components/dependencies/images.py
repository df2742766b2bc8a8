"""The images of what is in the cluster, each pinned once; all of them are in Amazon's public registry."""

from components.dependencies.settings import Engine

_LIBRARY = "public.ecr.aws/docker/library"

IMAGES: dict[Engine, dict[str, str]] = {
    "postgresql": {
        "15": f"{_LIBRARY}/postgres:15.19-bookworm",
        "16": f"{_LIBRARY}/postgres:16.15-bookworm",
        "17": f"{_LIBRARY}/postgres:17.11-bookworm",
        "18": f"{_LIBRARY}/postgres:18.6-bookworm",
    },
    # 7.2 is the last one under the BSD licence, and what ElastiCache's 7.1 is compatible with
    "redis": {"7": f"{_LIBRARY}/redis:7.2.16-alpine", "8": f"{_LIBRARY}/redis:8.6.7-alpine"},
}
"""The official images by engine and major version. A database's collation goes with its Debian: a newer one needs a
reindex, so the name of the release is in the tag."""

UPLOADER = "public.ecr.aws/aws-cli/aws-cli:2.37.1"
"""AWS's own command line."""

USER = 999
"""The user and group of both official images that own the data."""
