"""The names that the installed boto3 knows of, offline."""

from datetime import date
from typing import Any

import boto3
import botocore
from botocore.loaders import Loader


def known_names(on: date, zones: dict[str, str]) -> dict[str, Any]:
    """Return the document of `components/foundation/aws_names.json` with these zones."""
    loader = Loader()
    session = boto3.Session()
    partitions = {each["id"]: sorted(_regions(each)) for each in loader.load_data("partitions")["partitions"]}
    return {
        "date": on.isoformat(),
        "source": f"botocore {botocore.__version__}: partitions.json, endpoints.json, and the models of EC2 and EKS",
        "zonesSource": "DescribeAvailabilityZones of one account: the letters of another may differ",
        "partitions": partitions,
        "eksRegions": sorted(
            region for each in partitions for region in session.get_available_regions("eks", partition_name=each)
        ),
        "zones": dict(sorted(zones.items())),
        "amiTypes": sorted(_words(loader, "eks", "AMITypes")),
        "instanceTypes": sorted(_words(loader, "ec2", "InstanceType")),
    }


def _regions(partition: dict[str, Any]) -> list[str]:
    """Return a partition's regions without `aws-global` and the like, which global services are billed to."""
    return [each for each in partition["regions"] if not each.endswith("-global")]


def _words(loader: Loader, service: str, shape: str) -> list[str]:
    return list(loader.load_service_model(service, "service-2")["shapes"][shape]["enum"])
