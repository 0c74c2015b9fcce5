"""The demonstration's municipal draft: open to comments, complete, with a next edition that nobody outside sees."""

from datetime import UTC, datetime

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from certification.standards import consultation, lifecycle, visibility
from certification.standards.completeness import blocking
from certification.standards.rules import Disposal, StandardStatus
from portal.auth import accounts
from portal.demonstration.drafting import CHAIR, WRITER, write_draft
from portal.demonstration.setting import Stage
from training_base.kernel.actor import SYSTEM


def test_the_draft_is_open_complete_and_partly_disposed_of(session: Session, client: FlaskClient) -> None:
    stage = Stage(session, datetime.now(UTC))
    for name in (WRITER, CHAIR):
        accounts.invite(session, name, name, by=SYSTEM, now=stage.at(-50))

    standard = write_draft(stage)
    session.commit()

    assert consultation.is_open(standard, stage.now.date())
    assert blocking(lifecycle.missing(session, standard), StandardStatus.ADOPTED) == []
    assert consultation.counts(session, standard.id) == {
        Disposal.IN_PART: 1,
        Disposal.ACCEPTED: 1,
        Disposal.DECLINED: 1,
        None: 3,
    }
    following = visibility.standard(session, "demo-municipal-2027-b", by=SYSTEM)
    assert following.is_draft
    assert "演示：文本为虚构" in client.get(f"/standards/documents/{standard.id}").text
    assert client.get(f"/standards/documents/{following.id}").status_code == 404
