"""Every problem, remark and loss of a framework's file is said in both languages."""

import pytest
from flask import Flask
from flask_babel import force_locale

from certification.standards.exchange.report import Fault, Loss, Lost, Problem, Remark
from portal.sentences.frameworks import loss, problem, remark


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_about_a_file_is_left_unsaid(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        said = [
            *(problem(Problem("CFItems[0]", fault, "v", "o")) for fault in Fault),
            *(remark(each) for each in Remark),
            *(loss(Lost(each, "x")) for each in Loss),
        ]

    assert len(set(said)) == len(said)
    assert all(said)
