"""One contract for both storages: a folder, and a bucket that speaks S3."""

import os

import boto3
import pytest
from moto import mock_aws

from carnet.storage import BucketStore, FolderStore, MissingObject


@pytest.fixture
def folder(tmp_path):
    return FolderStore(tmp_path / "documents")


@pytest.fixture
def bucket(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        connection = boto3.resource("s3", region_name="eu-west-3")
        connection.create_bucket(Bucket="documents", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})

        class Storage:
            bucket_name = "documents"

        Storage.connection = connection
        yield BucketStore(Storage())


@pytest.fixture(params=["folder", "bucket"])
def kept(request):
    return request.getfixturevalue(request.param)


NAME = "0" * 31 + "a"


def write(kept, content, name=NAME):
    with kept.writer(name) as file:
        file.write(content[:10])
        file.write(content[10:])


def test_what_was_written_is_read_whole_and_in_part(kept):
    content = os.urandom(200_000)
    write(kept, content)

    assert kept.size(NAME) == 200_000
    assert kept.read(NAME, 0, 200_000) == content
    assert kept.read(NAME, 70_000, 500) == content[70_000:70_500]


def test_reading_beyond_the_end_gives_what_there_is(kept):
    write(kept, b"0123456789ab")

    assert kept.read(NAME, 8, 100) == b"89ab"
    assert kept.read(NAME, 50, 10) == b""


def test_an_object_that_is_not_there_says_so(kept):
    with pytest.raises(MissingObject):
        kept.read(NAME, 0, 1)
    with pytest.raises(MissingObject):
        kept.size(NAME)
    kept.delete(NAME)


def test_a_writing_that_fails_leaves_no_object(kept):
    def half():
        with kept.writer(NAME) as file:
            file.write(b"half")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        half()

    with pytest.raises(MissingObject):
        kept.size(NAME)
    assert list(kept.names()) == []


def test_objects_are_listed_with_their_age_and_deleted(kept):
    write(kept, b"content of it")

    [(name, at)] = kept.names()
    assert name == NAME
    assert at.utcoffset() is not None
    kept.delete(NAME)
    assert list(kept.names()) == []


def test_a_name_that_is_a_path_is_refused_by_the_folder(folder):
    with pytest.raises(ValueError, match="name"), folder.writer("../../etc/passwd"):
        pass
