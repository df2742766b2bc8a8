"""What well-known images need of the user that they run as, and where they write."""

import re
from typing import NamedTuple


class Needs(NamedTuple):
    """The user that an image is made for (None: root, or any), and the directories that it writes to."""

    user: int | None
    writes: tuple[str, ...]


IMAGES: dict[str, Needs] = {
    "cassandra": Needs(999, ("/var/lib/cassandra", "/var/log/cassandra", "/etc/cassandra")),
    "eclipse-mosquitto": Needs(1883, ("/mosquitto/data", "/mosquitto/log")),
    "elasticsearch": Needs(1000, ("/usr/share/elasticsearch/data", "/usr/share/elasticsearch/logs")),
    "grafana": Needs(472, ("/var/lib/grafana",)),
    "httpd": Needs(None, ("/usr/local/apache2/logs",)),
    "influxdb": Needs(1000, ("/var/lib/influxdb2", "/etc/influxdb2")),
    "jenkins": Needs(1000, ("/var/jenkins_home",)),
    "mariadb": Needs(999, ("/var/lib/mysql", "/run/mysqld")),
    "mongo": Needs(999, ("/data/db", "/data/configdb")),
    "mysql": Needs(999, ("/var/lib/mysql", "/var/run/mysqld")),
    "nextcloud": Needs(33, ("/var/www/html", "/var/run/apache2", "/var/lock/apache2")),
    "nginx": Needs(101, ("/var/cache/nginx", "/var/run")),
    "php": Needs(33, ("/var/run/apache2", "/var/lock/apache2")),
    "postgres": Needs(999, ("/var/lib/postgresql/data", "/var/run/postgresql")),
    "prometheus": Needs(65534, ("/prometheus",)),
    "rabbitmq": Needs(999, ("/var/lib/rabbitmq", "/var/log/rabbitmq", "/etc/rabbitmq")),
    "redis": Needs(999, ("/data",)),
    "tomcat": Needs(None, ("/usr/local/tomcat/logs", "/usr/local/tomcat/temp", "/usr/local/tomcat/work")),
    "valkey": Needs(999, ("/data",)),
    "wordpress": Needs(33, ("/var/www/html", "/var/run/apache2", "/var/lock/apache2")),
    "zookeeper": Needs(1000, ("/data", "/datalog", "/logs", "/conf")),
}
"""By the last word of the repository. The users and directories are those of the images' Dockerfiles:
https://github.com/docker-library, and of grafana/grafana, prom/prometheus, jenkins/jenkins."""

_ALPINE = {"postgres": 70, "rabbitmq": 100}
"""The users of the variants of Alpine, where they are others."""


def needs(image: str) -> tuple[str, Needs] | None:
    """Return the word by which an image is known, with what it needs; None for one that is not known."""
    repository, _, tag = re.sub(r"@.*", "", image).rpartition("/")[2].partition(":")
    known = IMAGES.get(repository)
    if known is None:
        return None
    return repository, known._replace(user=_ALPINE.get(repository, known.user)) if "alpine" in tag else known
