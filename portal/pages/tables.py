"""Lists: paged and sorted in SQL, by what stands in the address."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from flask import request
from flask_sqlalchemy.pagination import Pagination, SelectPagination

from portal.database import db
from portal.filters import here

PER_PAGE = 25
MOST_PAGES = 1_000_000
"""Databases count rows in 64 bits; no list is that long."""


def page_of(query: sa.Select[Any], *, per_page: int = PER_PAGE) -> Pagination:
    """One page of a query; a page beyond the last is the last, and one before the first is the first."""
    asked = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    page = db.paginate(query, page=asked, per_page=per_page, max_per_page=100, error_out=False)
    if page.page > max(page.pages, 1):
        page = db.paginate(query, page=max(page.pages, 1), per_page=per_page, error_out=False)
    return page


class RowPagination(SelectPagination):
    """Pages of a query that gives several columns."""

    def _query_items(self) -> list[Any]:
        query = self._query_args["select"].limit(self.per_page).offset(self._query_offset)
        return list(self._query_args["session"].execute(query))


def rows_page_of(query: sa.Select[Any], *, per_page: int = PER_PAGE) -> Pagination:
    """One page of a query that gives several columns; a page beyond the last is the last."""
    asked = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    given: dict[str, Any] = {"select": query, "session": db.session(), "per_page": per_page, "error_out": False}
    page = RowPagination(page=asked, **given)
    return page if page.page <= max(page.pages, 1) else RowPagination(page=max(page.pages, 1), **given)


def ordered(query: sa.Select[Any], columns: Mapping[str, Any], default: str) -> tuple[sa.Select[Any], str]:
    """The query in the order that ``?sort=`` asks for, and that order; unknown columns fall back to the default.

    Args:
        query: the list; its own order comes second.
        columns: what may be sorted by: key to column.
        default: a key, with ``-`` in front for descending.
    """
    sort = request.args.get("sort", default)
    if sort.removeprefix("-") not in columns:
        sort = default
    column = columns[sort.removeprefix("-")]
    earlier = query._order_by_clauses
    return query.order_by(None).order_by(column.desc() if sort.startswith("-") else column.asc(), *earlier), sort


def sort_url() -> Callable[[str], str]:
    """A function from a sort key to this page's address in that order, from its first page on."""

    def address(key: str) -> str:
        return here(sort=key, page="")

    return address
