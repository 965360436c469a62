"""The folders of the servers are ours, or are refused."""

import os

import pytest

from script.servers.layout import Account, Layout, UnsafeFolder, can_be_entered_by_all, own_folder


@pytest.fixture
def ours() -> Account:
    return Account(os.geteuid(), os.getegid())


def test_own_folder_refuses_a_link(tmp_path, ours):
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "run"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafeFolder, match="belongs to another account"):
        own_folder(link, ours, 0o700)


def test_own_folder_closes_what_was_open(tmp_path, ours):
    folder = tmp_path / "run"
    folder.mkdir(mode=0o777)
    own_folder(folder, ours, 0o700)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_layout_of_an_account_that_cannot_enter_is_outside(tmp_path):
    stranger = Account(os.geteuid() + 1, os.getegid() + 1)
    (tmp_path / "home").mkdir(mode=0o700)
    layout = Layout.of(tmp_path / "home", stranger)
    assert layout.state.parent.as_posix() == "/var/tmp"
    assert layout.local == tmp_path / "home" / ".local"


def test_folder_behind_a_link_into_a_closed_home_cannot_be_entered(new_checkout):
    checkout = new_checkout("home", "environment")
    top = checkout.parent.parent
    (top / "link").symlink_to(checkout)
    assert can_be_entered_by_all(top / "link")
    checkout.parent.chmod(0o700)
    assert not can_be_entered_by_all(top / "link")
