"""What the portal believes of those in front of it, and what it tells its log."""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import create_app
from portal.auth import current
from portal.config import from_environment, write_secrets
from tests.make import Make
from tests.portal.conftest import SignIn
from training_base.centers.rules import StaffDuty


def seen_address(app: Flask) -> str:
    """The address the portal takes for that of a client who claims another one."""
    seen: list[str] = []
    app.before_request_funcs.setdefault(None, []).insert(0, lambda: seen.append(current.address()))
    app.test_client().get("/healthz", headers={"X-Forwarded-For": "203.0.113.9"})
    return seen[0]


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_a_forwarded_address_counts_only_behind_a_proxy_of_ours(
    whole_app: Flask, tmp_path: Path, proxies: int, address: str
) -> None:
    settings = replace(whole_app.config["SETTINGS"], instance=tmp_path, trusted_proxies=proxies)

    assert seen_address(create_app(settings)) == address


def test_the_number_of_proxies_comes_from_the_environment(tmp_path: Path) -> None:
    write_secrets(tmp_path / "secrets.env")

    assert from_environment({"INSTANCE": str(tmp_path)}).trusted_proxies == 0
    assert from_environment({"INSTANCE": str(tmp_path), "TRUSTED_PROXIES": "2"}).trusted_proxies == 2
    with pytest.raises(ValueError, match="TRUSTED_PROXIES"):
        from_environment({"INSTANCE": str(tmp_path), "TRUSTED_PROXIES": "nginx"})


def test_a_one_time_link_names_the_portals_own_address_whatever_the_request_says(
    app: Flask, sign_in: SignIn, make: Make, session: Session
) -> None:
    center = make.center()
    manager = sign_in(StaffDuty.MANAGER, at=center)
    trainer = make.trainer(center)
    session.commit()
    new, evil = {"sign_in_name": "n@example.cn", "name": "新人"}, {"Host": "evil.example"}
    cookie = manager.get_cookie("zhixun")
    assert cookie is not None
    own, browser = {**evil, "Cookie": f"zhixun={cookie.value}"}, app.test_client(use_cookies=False)

    pages = [
        browser.post("/accounts/new", data=new, headers=own),
        browser.post(f"/people/{trainer.id}/account", data={"sign_in_name": "t@example.cn"}, headers=own),
    ]

    for page in pages:
        assert f"{app.config['PUBLIC_URL']}/welcome/" in page.text
        assert "evil.example/welcome" not in page.text


def test_a_fault_of_the_database_tells_the_log_no_values(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError) as fault:
        connection.execute(
            sa.text("SELECT * FROM no_such_table WHERE number = :number"), {"number": "310115199001011234"}
        )

    assert "310115199001011234" not in str(fault.value)
