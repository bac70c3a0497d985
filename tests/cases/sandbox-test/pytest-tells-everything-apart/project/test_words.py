import unittest

import pytest


def test_passes():
    print("5 passed, 0 failed in 0.01s")
    print("FAILED test_words.py::test_passes - no")


def test_fails():
    print("1 passed")
    assert 41 == 42


def test_raises():
    raise RuntimeError("no")


@pytest.fixture
def broken():
    raise OSError("no database")


@pytest.fixture
def breaks_later():
    yield
    raise OSError("cannot close")


def test_setup(broken):
    pass


def test_teardown(breaks_later):
    pass


@pytest.mark.skip(reason="not yet")
def test_skipped():
    pass


@pytest.mark.xfail(reason="known")
def test_xfails():
    assert False


@pytest.mark.xfail
def test_xpasses():
    pass


@pytest.mark.xfail(strict=True)
def test_strict():
    pass


@pytest.mark.parametrize("number", [2, 3])
def test_parameter(number):
    assert number == 2


class TestOfAClass(unittest.TestCase):
    def test_equal(self):
        self.assertEqual(1, 2)
