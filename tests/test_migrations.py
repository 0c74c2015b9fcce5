"""The migrations go up and down and make what the models say."""

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Engine

import portal.auth.models  # noqa: F401  every table must be known
from certification.analysis import models as _analysis  # noqa: F401
from certification.certificates import models as _certificates  # noqa: F401
from certification.eligibility import models as _eligibility  # noqa: F401
from certification.practice import models as _practice  # noqa: F401
from certification.safekeeping import models as _safekeeping  # noqa: F401
from tests.conftest import alembic_config
from training_base.kernel import models as _kernel  # noqa: F401
from training_base.kernel.orm import Base


def test_migrations_make_what_the_models_say(engine: Engine) -> None:
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert differences == []


def test_migrations_can_be_taken_back(tmp_path: object) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/down.sqlite3")
    with engine.connect() as connection:
        command.upgrade(alembic_config(connection), "head")
        command.downgrade(alembic_config(connection), "base")
        left = set(sa.inspect(connection).get_table_names())
    engine.dispose()

    assert left == {"alembic_version"}
