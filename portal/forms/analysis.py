"""Forms of standard setting and equating."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from certification.analysis.equatings import METHODS
from certification.analysis.rules import SettingMethod
from portal.forms.base import BaseForm
from portal.labels import label

METHOD_NAMES: dict[str, Any] = {
    "mean": _("mean"),
    "linear": _("linear"),
    "equipercentile": _("equipercentile"),
    "tucker": _("Tucker (anchor)"),
    "levine": _("Levine (anchor)"),
    "chained_linear": _("chained linear (anchor)"),
    "chained_equipercentile": _("chained equipercentile (anchor)"),
    "irt_true_score": _("IRT true marks (anchor, 2PL)"),
}
"""What the ways to equate are called."""


class PanelForm(BaseForm):
    """Method and panel of a standard setting; the people come from the view."""

    method = SelectField(_("Method"), validators=[InputRequired(_("Choose a method."))])
    panel = SelectMultipleField(
        _("Panel"),
        description=_("At least two; five to fifteen are wise. Whoever judges does not adopt the pass mark."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired(_("Choose the panel."))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.method.choices = [(one.value, label(one)) for one in SettingMethod]


class DeedForm(BaseForm):
    """A button; only its token counts."""


class EquatingForm(BaseForm):
    """Two papers and how to equate them; the papers come from the view."""

    new_id = SelectField(_("New paper"), validators=[InputRequired(_("Choose a paper."))])
    old_id = SelectField(
        _("Reference paper"),
        description=_("Marks on the new paper are expressed as marks on this one."),
        validators=[InputRequired(_("Choose a paper."))],
    )
    method = SelectField(
        _("Method"),
        description=_(
            "Mean, linear and equipercentile take both groups as equally able; the others use the items in common."
        ),
        choices=[(one, METHOD_NAMES[one]) for one in METHODS],
        validators=[InputRequired(_("Choose a method."))],
    )
    smooth = SelectField(
        _("Smoothing of equipercentile methods"),
        choices=[
            ("0", _("none")),
            ("4", _("log-linear, four moments")),
            ("6", _("log-linear, six moments")),
        ],
        validators=[Optional()],
    )
