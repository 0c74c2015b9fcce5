"""The form that takes a framework's file."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired

from portal.forms.base import BaseForm


class FrameworkForm(BaseForm):
    """A framework's file."""

    file = FileField(
        _("File (.json, .xlsx or .csv, at most 8 MB)"),
        validators=[FileRequired(_("Choose a file."))],
        render_kw={"accept": ".json,.xlsx,.csv"},
    )
