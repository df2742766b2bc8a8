"""A stack file becomes the engine's configuration map, with nothing decrypted."""

from pathlib import Path

import pytest

from slipway.loading.errors import SettingsError
from slipway.loading.project import find_root, read_project
from slipway.loading.stack_file import StackFile, read_stack_file, stack_names


def read(folder: Path, text: str) -> StackFile:
    (folder / "Pulumi.test.yaml").write_text(text)
    return read_stack_file(folder, "test")


def test_values_become_text_as_the_engine_passes_them_on(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        """
encryptionsalt: v1:salt
config:
  aws:region: us-west-2
  slipway:environment: staging
  slipway:number: 3
  slipway:float: 1.50
  slipway:whole: 2.0
  slipway:flag: true
  slipway:nothing:
  slipway:list: [b, 1]
  slipway:map: {b: 1, a: {d: é, c: [~]}}
""",
    )
    assert file.document.mistakes == []
    assert file.config == {
        "aws:region": "us-west-2",
        "slipway:environment": "staging",
        "slipway:number": "3",
        "slipway:float": "1.5",
        "slipway:whole": "2",
        "slipway:flag": "true",
        "slipway:nothing": "null",
        "slipway:list": '["b",1]',
        "slipway:map": '{"a":{"c":[null],"d":"é"},"b":1}',
    }
    assert file.secret_keys == []


def test_encrypted_values_stay_encrypted_and_make_their_key_a_secret(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        """
config:
  datadog:apiKey: {secure: v1:one}
  slipway:secrets:
    password: {secure: v1:two}
    plain: text
  slipway:list: [a, {inner: {secure: v1:three}}]
  slipway:near: {secure: v1:no, other: 1}
  slipway:number: {secure: 5}
""",
    )
    assert file.config["datadog:apiKey"] == "ciphertext:v1:one"
    assert file.config["slipway:secrets"] == '{"password":"ciphertext:v1:two","plain":"text"}'
    assert file.config["slipway:list"] == '["a",{"inner":"ciphertext:v1:three"}]'
    assert file.config["slipway:near"] == '{"other":1,"secure":"v1:no"}'
    assert file.secret_keys == ["datadog:apiKey", "slipway:secrets", "slipway:list"]
    assert file.ciphertexts == [("secrets", "password"), ("list", 1, "inner")]


def test_what_pulumi_writes_beside_the_configuration_is_tolerated(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        "secretsprovider: awskms://alias/x?region=us-west-2\nencryptedkey: AQ==\nenvironment: [team/base]\nconfig:\n",
    )
    assert file.document.mistakes == []
    assert file.config == {}


@pytest.mark.parametrize(
    ("text", "line", "key", "message", "nearest"),
    [
        ("config: {}\nconfgi: {}\n", 2, "confgi", "no such key", "config"),
        ("# x\nconfig: [a]\n", 2, "config", "wrong type", None),
        ("config: text\n", 1, "config", "wrong type", None),
        ("- a\n", 1, "", "not a stack file", None),
        ("text\n", 1, "", "not a stack file", None),
        ("config:\n  slipway:a: {b: 1,\n    b: 2}\n", 3, "slipway:a.b", "written twice, first on line 2", None),
        ("config:\n  slipway:environment: 007\n", 2, "slipway:environment", "a number with a leading zero", '"007"'),
    ],
)
def test_surprises_are_mistakes(
    tmp_path: Path, text: str, line: int, key: str, message: str, nearest: str | None
) -> None:
    [mistake] = read(tmp_path, text).document.mistakes
    assert (mistake.file, mistake.line, mistake.key) == ("Pulumi.test.yaml", line, key)
    assert (mistake.message, mistake.nearest) == (message, nearest)


def test_an_empty_file_configures_nothing(tmp_path: Path) -> None:
    file = read(tmp_path, "")
    assert (file.config, file.document.mistakes) == ({}, [])


def test_a_stack_without_a_file_is_told_those_that_have_one(tmp_path: Path) -> None:
    for name in ("staging", "production"):
        (tmp_path / f"Pulumi.{name}.yaml").touch()
    (tmp_path / "Pulumi.yaml").touch()
    assert stack_names(tmp_path) == ["production", "staging"]
    with pytest.raises(SettingsError) as caught:
        read_stack_file(tmp_path, "stagin")
    [mistake] = caught.value.mistakes
    assert (mistake.found, mistake.allowed, mistake.nearest) == ("stagin", "production, staging", "staging")


@pytest.mark.parametrize("stack", ["../Pulumi", "", "*", "x/../staging"])
def test_a_stack_name_is_no_path(tmp_path: Path, stack: str) -> None:
    (tmp_path / "Pulumi.staging.yaml").touch()
    with pytest.raises(SettingsError):
        read_stack_file(tmp_path, stack)


def test_the_project_gives_its_defaults_to_every_stack(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text(
        """
name: slipway
config:
  slipway:environment: {type: string}
  slipway:cni: {value: {mode: policy-only}}
  region: {type: string, default: eu-west-1}
  aws:region: us-west-2
"""
    )
    project = read_project(tmp_path)
    assert project.name == "slipway"
    assert project.defaults == {
        "slipway:cni": '{"mode":"policy-only"}',
        "slipway:region": "eu-west-1",
        "aws:region": "us-west-2",
    }


@pytest.mark.parametrize("text", ["", "- a", "runtime: python", "name: [", "name: 5"])
def test_what_is_no_project_file_is_a_mistake(tmp_path: Path, text: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text(text)
    with pytest.raises(SettingsError, match=r"^Pulumi\.yaml:1"):
        read_project(tmp_path)


def test_the_project_is_the_nearest_folder_with_a_project_file(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").touch()
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert find_root(inner) == tmp_path
    (tmp_path / "a" / "Pulumi.yaml").touch()
    assert find_root(inner) == tmp_path / "a"


def test_outside_of_a_project_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no Slipway project here"):
        find_root(tmp_path)
