"""Pages of those who write standards."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.access import Role
from tests.make import Make
from tests.make_standards import make_standard
from tests.portal.conftest import SignIn


def test_writers_see_private_drafts_in_the_list(sign_in: SignIn, make: Make, session: Session) -> None:
    draft = make_standard(make)
    session.commit()

    assert draft.title_zh in sign_in(roles=(Role.SCHEME_OWNER,)).get("/standards/drafts/").text


def test_outsiders_see_no_private_draft(client: FlaskClient, make: Make, session: Session) -> None:
    draft = make_standard(make)
    session.commit()

    assert draft.title_zh not in client.get("/standards/").text
    assert client.get("/standards/drafts/").status_code == 401


def test_without_a_standard_the_list_says_so(sign_in: SignIn) -> None:
    assert "standards load" in sign_in(roles=(Role.SCHEME_OWNER,)).get("/standards/drafts/").text
