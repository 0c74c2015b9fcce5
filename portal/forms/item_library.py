"""Forms of the library of the bank: pictures, sounds and stimuli."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp

from certification.item_bank.assets import DESCRIPTION_LENGTH
from certification.item_bank.rules import CODE, AssetKind
from certification.item_bank.stimuli import BODY_LENGTH, TITLE_LENGTH
from portal.forms.base import BaseForm, FilterForm, trim
from portal.forms.items import text
from portal.labels import LEVELS, choices


class AssetSearch(FilterForm):
    """Search of pictures and sounds."""

    q = StringField(_("Name or description"), filters=[trim])
    kind = SelectField(_("Kind"), default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = choices(AssetKind, blank=_("All"))

    def chosen_kind(self) -> AssetKind | None:
        """The kind asked for; None for all, and for what is none."""
        return next((kind for kind in AssetKind if kind.value == self.kind.data), None)


class AssetForm(BaseForm):
    """A new picture or sound."""

    bank = SelectField(_("Bank"), validators=[InputRequired()])
    file = FileField(
        _("Picture or sound (at most 5 MB)"),
        description=_("PNG, JPEG, WebP, SVG of plain shapes; MP3, Ogg, WAV."),
        validators=[FileRequired(_("Choose a file."))],
        render_kw={"accept": ".png,.jpg,.jpeg,.webp,.svg,.mp3,.ogg,.wav"},
    )
    description = StringField(
        _("Description"),
        filters=[trim],
        validators=[DataRequired(_("Say what is seen or heard.")), Length(max=DESCRIPTION_LENGTH)],
    )


class StimulusSearch(FilterForm):
    """Search of stimuli."""

    q = StringField(_("Code or title"), filters=[trim])
    level = SelectField(_("Level"), default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level.choices = [("", _("All")), *((str(level), name) for level, name in LEVELS.items())]

    def chosen_level(self) -> int | None:
        """The level asked for; None for all, and for what is none."""
        return int(self.level.data) if self.level.data in {str(level) for level in LEVELS} else None


class StimulusForm(BaseForm):
    """What a stimulus says."""

    title = StringField(
        _("Title"), filters=[trim], validators=[DataRequired(_("Enter the title.")), Length(max=TITLE_LENGTH)]
    )
    body = text(_("Passage"), _("Enter the passage, table or picture."), BODY_LENGTH, render_kw={"rows": 14})

    @property
    def is_preview(self) -> bool:
        """Whether only a look was asked for."""
        return request.form.get("change") == "preview"


class NewStimulus(StimulusForm):
    """What only a new stimulus asks."""

    bank = SelectField(_("Bank"), validators=[InputRequired()])
    level = SelectField(_("Level"), coerce=int, choices=list(LEVELS.items()), validators=[InputRequired()])
    code = StringField(
        _("Code"),
        filters=[trim],
        validators=[
            DataRequired(_("Enter the code.")),
            Regexp(f"{CODE.pattern}$", message=_("Letters, digits, dots and dashes only, at most 40.")),
        ],
        render_kw={"class": "code"},
    )
