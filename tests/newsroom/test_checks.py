from django.core.checks import run_checks


def test_system_checks_find_nothing_and_need_no_database():
    """They run before the first migration. Without the mark that allows the database, any query would fail this."""
    assert run_checks() == []
