"""What is wrong, or worth knowing, about dependencies that AWS runs."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.each_app import each_app
from components.apps.secret_sources import source_name, sources
from components.dependencies.elasticache import ENGINE_VERSIONS
from components.dependencies.managed import Managed, any_managed, managed_by_app, managed_of
from components.dependencies.rds import first_gib, most_gib
from components.dependencies.settings import ElastiCacheSettings, InClusterSettings, RdsSettings
from components.problem import Advice, KeyPath, Problem, unknown_secret
from components.secret_value import decrypted

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

MOST_GIB = 65_536
"""The largest gp3 volume of RDS for PostgreSQL ("Amazon RDS DB instance storage", RDS guide)."""

POSTGRESQL_VERSIONS = ("14", "15", "16", "17", "18")
"""The major versions of RDS in standard support ("Release calendars for Amazon RDS for PostgreSQL")."""

_TOKEN = re.compile(r"[A-Za-z0-9!&#$^<>-]{16,128}")
"""What ElastiCache takes for a password ("Authenticating with the AUTH command", ElastiCache guide)."""

_WORDS = """
admin all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create
current_catalog current_date current_role current_time current_timestamp current_user default deferrable desc distinct
do else end except false fetch for foreign from grant group having in initially intersect into lateral leading limit
localtime localtimestamp not null offset on only or order placing postgres primary rdsadmin rdsrepladmin references
returning select session_user some symmetric system_user table template0 template1 then to trailing true union unique
user using variadic when where window with
"""

RESERVED = frozenset(_WORDS.split())
"""Names that RDS refuses, or that it has itself: PostgreSQL's reserved words ("SQL Key Words", PostgreSQL manual)."""


def _each(app: "AppSettings", settings: "StackSettings") -> Iterator[tuple[KeyPath, Managed]]:
    if settings.cluster.existing is None:
        yield from ((("dependencies", each.key), each) for each in managed_of(app, settings))


def own_cluster(settings: "StackSettings") -> Iterator[Problem]:
    """AWS runs something where the stack has a VPC."""
    places = {"postgresql": settings.dependencies.postgresql, "redis": settings.dependencies.redis}
    for engine, place in places.items() if settings.cluster.existing is not None else ():
        if not isinstance(place, InClusterSettings):
            yield Problem(
                ("dependencies", engine),
                "it would be in the stack's VPC, and Slipway knows none of an existing cluster",
                f"{place.place} with cluster.existing",
                "inCluster",
                nearest="inCluster",
            )


def credentials(settings: "StackSettings") -> Iterator[Problem]:
    """Somebody brings the passwords into the cluster."""
    if settings.cluster.existing is None and any_managed(settings) and settings.secret_stores.external_secrets is None:
        places = (settings.dependencies.postgresql, settings.dependencies.redis)
        yield Problem(
            ("dependencies",),
            "the passwords of what AWS runs are in Secrets Manager, and nobody would bring them into the cluster",
            f"{' and '.join(each.place for each in places if each.place != 'inCluster')} without External Secrets",
            "secretStores: {externalSecrets: {}}",
        )


@each_app
def versions(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """AWS has the version."""
    for path, each in _each(app, settings):
        rds = isinstance(each.settings, RdsSettings)
        known = POSTGRESQL_VERSIONS if rds else tuple(ENGINE_VERSIONS)
        if each.dependency.major not in known:
            yield Problem(
                (*path, "version"),
                "RDS has no such PostgreSQL" if rds else "ElastiCache has no such Redis: 7.1 is its last",
                each.dependency.major,
                f"{', '.join(known)}, or {each.dependency.engine}: inCluster in the stack file",
                nearest=known[-1],
                app=app.name,
            )


@each_app
def storage(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """RDS has volumes of this size, and they can grow."""
    for path, each in _each(app, settings):
        if not isinstance(each.settings, RdsSettings):
            continue
        size, limit = first_gib(each.dependency.storage), most_gib(each.dependency.storage, each.settings.max_storage)
        if limit * 10 < size * 11 or limit > MOST_GIB:
            yield Problem(
                (*path, "storage"),
                "the volume could not grow: RDS wants a tenth more as its limit at least, and has 64Ti at most",
                f"{size}Gi at first, and {limit}Gi as the limit",
                "another `storage` here, or another dependencies.postgresql.maxStorage in the stack file",
                app=app.name,
            )


@each_app
def identifiers(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """RDS takes the names of the database and of its owner."""
    for path, each in _each(app, settings):
        if not isinstance(each.settings, RdsSettings):
            continue
        for key, name in (("database", each.database), ("user", each.user)):
            if name in RESERVED or name.startswith(("_", "pg_", "rds_")):
                yield Problem(
                    (*path, key),
                    "RDS refuses this name: it is PostgreSQL's or its own, or does not start with a letter",
                    name,
                    f"another one, such as {key}: {app.name.replace('-', '_')}_app",
                    app=app.name,
                )


@each_app
def passwords(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A Redis on AWS has a password that ElastiCache takes; its value is never shown."""
    for path, each in _each(app, settings):
        if not isinstance(each.settings, ElastiCacheSettings):
            continue
        name = each.dependency.password
        if name is None:
            yield Problem(
                (*path, "password"),
                "ElastiCache makes no password itself",
                "existingSecret, which AWS cannot read" if each.dependency.existing_secret else "none",
                f"password: {each.name} here, and `pulumi config set --secret --path slipway:secrets.{each.name}`",
                app=app.name,
            )
        elif name not in settings.secrets:
            yield unknown_secret((*path, "password"), "value under slipway:secrets", name, settings.secrets, app.name)
        elif (token := decrypted(settings.secrets[name])) is not None and not _TOKEN.fullmatch(token):
            yield Problem(
                (*path, "password"),
                "ElastiCache does not take the value of this secret for a password",
                f"a value of slipway:secrets.{name} that is not shown",
                "16 to 128 letters, digits and !&#$^<>-, such as the output of `openssl rand -hex 32`",
                app=app.name,
            )


@each_app
def names(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """No other Secret of the app has the name of the one with the password."""
    taken = {source_name(app, name) for _, name, _ in sources(app)} | {*app.secrets.existing}
    for path, each in _each(app, settings):
        if each.connection in taken:
            yield Problem(
                path,
                f"its Secret is {each.connection}, and another one of the app has this name",
                each.key,
                "another name for either",
                app=app.name,
            )


@each_app
def variables(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """The variables that lead to it are not the app's own, nor another dependency's."""
    taken = dict.fromkeys((*app.config, *app.secrets.values, *app.env, *app.port_variables), "the app's own")
    for path, each in _each(app, settings):
        made = (each.variable("HOST"), each.variable("PASSWORD"), *each.variables)
        if clash := [name for name in made if name in taken]:
            yield Problem(
                path,
                f"the variable {clash[0]} leads to it, and is {taken[clash[0]]} already",
                ", ".join(clash),
                "another name for the variable, or `prefix` of the dependency",
                app=app.name,
            )
        taken |= dict.fromkeys(made, f"that of dependencies.{each.key}")


def unknown_restores(settings: "StackSettings") -> Iterator[Problem]:
    """What is restored is there."""
    known = {each.name for each in managed_by_app(settings)}
    for engine, place in (("postgresql", settings.dependencies.postgresql), ("redis", settings.dependencies.redis)):
        for name in () if isinstance(place, InClusterSettings) else place.restore:
            if name not in known:
                yield Problem(
                    ("dependencies", engine, "restore", name),
                    "no app of the stack has this dependency",
                    name,
                    ", ".join(sorted(known)) or "APP-NAME of a dependency",
                )


@each_app
def ignored(app: "AppSettings", settings: "StackSettings") -> Iterator[Advice]:
    """What RDS does itself is not asked for."""
    for path, each in _each(app, settings):
        for key, value in (("password", each.dependency.password), ("existingSecret", each.dependency.existing_secret)):
            if value is not None and isinstance(each.settings, RdsSettings):
                yield Advice(
                    (*path, key), "has no effect on RDS, which makes the password, and changes it, itself", app=app.name
                )


@each_app
def one_zone(app: "AppSettings", settings: "StackSettings") -> Iterator[Advice]:
    """What a mission-critical app needs survives the loss of a zone."""
    for path, each in _each(app, settings):
        place = each.settings
        alone = place.multi_az is False if isinstance(place, RdsSettings) else place.replicas == 0
        if app.tier == 1 and alone:
            line = "postgresql.multiAz: false" if isinstance(place, RdsSettings) else "redis.replicas: 0"
            yield Advice(
                path,
                f"is in one zone (dependencies.{line} in the stack file), and an app of tier 1 would be lost with it",
                app=app.name,
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    own_cluster,
    credentials,
    versions,
    storage,
    identifiers,
    passwords,
    names,
    variables,
    unknown_restores,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (ignored, one_zone)
