"""What is wrong, or worth knowing, about the dependencies of apps, wherever they are."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.each_app import each_app
from components.dependencies.backup_store import bucket_named, bucket_needed
from components.dependencies.expand import apps_of, variables
from components.dependencies.names import LONGEST, backup_name, database_name, in_cluster, user_name
from components.dependencies.passwords import source
from components.dependencies.settings import VERSIONS
from components.problem import Advice, Problem, nearest

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

_OF_POSTGRESQL = frozenset({"postgres", "template0", "template1"})


@each_app
def versions(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A version is one that Slipway has an image of, unless the app brings one."""
    for name, each in app.dependencies.items():
        if each.major not in VERSIONS[each.engine] and each.image is None:
            yield Problem(
                path=("dependencies", name, "version"),
                message=f"no {each.engine} of this version is known here",
                found=each.major,
                allowed=f"{', '.join(VERSIONS[each.engine])}, or another one with an `image` of its own",
                nearest=nearest(each.major, VERSIONS[each.engine]),
                app=app.name,
            )


@each_app
def of_the_engine(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A database has a name and an owner, a cache has none."""
    for name, each in app.dependencies.items():
        for key, value in (("database", each.database), ("user", each.user)):
            if each.engine == "redis" and value is not None:
                yield Problem(
                    path=("dependencies", name, key),
                    message="Redis has no such thing: whoever has the password sees all keys",
                    found=value,
                    allowed="unset, or engine: postgresql",
                    app=app.name,
                )


@each_app
def reserved_names(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """The names that PostgreSQL has itself are no app's."""
    for name, each in in_cluster(app, settings.dependencies).items():
        if each.engine != "postgresql":
            continue
        for key, value in (("database", database_name(app.name, each)), ("user", user_name(app.name, each))):
            if value in _OF_POSTGRESQL or value.startswith("pg_"):
                yield Problem(
                    path=("dependencies", name, key),
                    message="PostgreSQL has this name itself",
                    found=value,
                    allowed=f"another one, such as `{key}: app`",
                    app=app.name,
                )


@each_app
def passwords(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A password has one source. In the cluster Slipway has none of its own making."""
    for name, each in app.dependencies.items():
        path = ("dependencies", name, "password")
        if each.password is not None and each.existing_secret is not None:
            yield Problem(path, "a password has one source", "password and existingSecret", "one of them", app=app.name)
    for name, each in in_cluster(app, settings.dependencies).items():
        if source(each) == "generator" and settings.secret_stores.external_secrets is None:
            yield Problem(
                path=("dependencies", name, "password"),
                message="nobody makes its password: it would be in Pulumi's state for good if Slipway did",
                found="no password, no existingSecret, and no External Secrets to generate one",
                allowed=f"`password: {name}` here with `pulumi config set --secret --path slipway:secrets.{name}`;"
                " or `existingSecret: {name: SECRET, key: KEY}` here;"
                " or `slipway:secretStores: {externalSecrets: {}}` in the stack file, which generates one",
                app=app.name,
            )


def _same(one: "AppSettings", other: "AppSettings") -> bool:
    """Tell whether an app is the one that was made; what it got since then says nothing."""
    keys = ("namespace", "kind", "command", "args", "config", "env")
    return all(getattr(one, key) == getattr(other, key) for key in keys)


@each_app
def own_names(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """What stands for a dependency has a name of its own, and one that is short enough."""
    for name in in_cluster(app, settings.dependencies):
        longest = backup_name(app.name, name)
        if len(longest) > LONGEST:
            yield Problem(
                path=("dependencies", name),
                message=f"its backup would be the CronJob {longest}, with {len(longest)} characters",
                found=name,
                allowed=f"at most {LONGEST} characters: a shorter name of the dependency, or of the app",
                app=app.name,
            )
    apps = {other.name: other for other in settings.apps}
    for made in apps_of(app, settings):
        if made.name in apps and not _same(apps[made.name], made):
            yield Problem(
                path=("dependencies",),
                message=f"one of them is {made.name} in the cluster, and another app has this name",
                found=made.name,
                allowed="another name, of the dependency or of the app",
                app=app.name,
            )


@each_app
def own_variables(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """The variables of a dependency in the cluster are not the app's own, nor another one's."""
    names = list(in_cluster(app, settings.dependencies))
    owners: dict[str, str] = {}
    for name in names:
        only = app.model_copy(update={"dependencies": {name: app.dependencies[name]}})
        plain, secret, keys = variables(only, settings)
        made = {**plain, **secret, **keys}
        declared = {**app.config, **app.secrets.values, **app.env, **app.port_variables}
        clash = [each for each in made if each in owners or declared.get(each, made[each]) != made[each]]
        if clash:
            whose = f"dependencies.{owners[clash[0]]}" if clash[0] in owners else "the app's own"
            yield Problem(
                path=("dependencies", name),
                message=f"its variables would be those of {whose}",
                found=", ".join(clash),
                allowed="another name for the variable, or a `prefix` of the dependency",
                app=app.name,
            )
        owners.update(dict.fromkeys(made, name))


def a_bucket(settings: "StackSettings") -> Iterator[Problem]:
    """The bucket of the backups has a name that nobody else in the world has."""
    if bucket_needed(settings) and not bucket_named(settings):
        yield Problem(
            path=("dependencies", "backups", "bucket"),
            message="apps' backups go to a bucket, and the names of buckets are unique in the world",
            found="neither its name nor the account that its name would have in it",
            allowed='aws: {accountId: "123456789012"}, or dependencies: {backups: {bucket: example-backups}}',
        )


@each_app
def no_backup(app: "AppSettings", settings: "StackSettings") -> Iterator[Advice]:
    """Data that is nowhere else is lost with its volume."""
    for name, each in in_cluster(app, settings.dependencies).items():
        if not each.backup.enabled:
            yield Advice(
                ("dependencies", name, "backup"),
                "what it holds is on one volume and nowhere else: what is deleted or broken there is gone",
                app=app.name,
            )


@each_app
def beside_the_data(app: "AppSettings", settings: "StackSettings") -> Iterator[Advice]:
    """A copy in the same cluster goes with it."""
    for name, each in in_cluster(app, settings.dependencies).items():
        if each.backup.enabled and settings.cluster.existing is not None:
            yield Advice(
                ("dependencies", name, "backup"),
                "goes to a claim in the same cluster, which an existing cluster has instead of a bucket: copy it"
                " elsewhere, or what takes the cluster takes both",
                app=app.name,
            )


@each_app
def one_pod(app: "AppSettings", settings: "StackSettings") -> Iterator[Advice]:
    """A mission-critical app that waits for one pod is no more available than that."""
    for name, each in in_cluster(app, settings.dependencies).items():
        if app.tier == 1:
            place = "postgresql: rds" if each.engine == "postgresql" else "redis: elasticache"
            yield Advice(
                ("dependencies", name),
                "one pod with a volume in one zone, for an app of tier 1: while its node is drained or its zone fails,"
                f" the app is without it; slipway:dependencies: {{{place}}} has a second one in another zone",
                app=app.name,
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    versions,
    of_the_engine,
    reserved_names,
    passwords,
    own_names,
    own_variables,
    a_bucket,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (no_backup, beside_the_data, one_pod)
