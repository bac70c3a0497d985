import sqlite3
import venv


def test_a_database_counts():
    with sqlite3.connect(":memory:") as database:
        assert database.execute("select 6 * 7").fetchone() == (42,)


def test_a_virtual_environment_can_be_made(tmp_path):
    venv.create(tmp_path / "made", with_pip=True)
    assert (tmp_path / "made/bin/pip").exists()
