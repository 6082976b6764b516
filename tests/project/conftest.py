"""One newcomer for all pages whose lines are run."""

from collections.abc import Iterator

import pytest

from tests.project.newcomer import Installation, moved_in


@pytest.fixture(scope="session")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Start a server and create a tenant, as README.md says."""
    with moved_in(tmp_path_factory.mktemp("newcomer")) as installation:
        yield installation
