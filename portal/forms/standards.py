"""Forms of standards in the making: editions, nodes, weights, steps of the life cycle, comments."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    DateField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from certification.standards.placing import Way
from certification.standards.rules import Disposal, Evidence, NodeKind, StandardKind, StandardStatus
from portal.forms.base import BaseForm, FilterForm, trim
from portal.labels import LEVELS, choices


def line(label: Any, *, required: Any = None, most: int = 200, **more: Any) -> Any:
    """A line of text."""
    validators = [DataRequired(required)] if required else [Optional()]
    return StringField(label, filters=[trim], validators=[*validators, Length(max=most)], **more)


def words(label: Any, *, required: Any = None, most: int = 4000, rows: int = 3, **more: Any) -> Any:
    """Some lines of text."""
    validators = [DataRequired(required)] if required else [Optional()]
    kept: dict[str, Any] = {
        "filters": [trim],
        "validators": [*validators, Length(max=most)],
        "render_kw": {"rows": rows},
    }
    return TextAreaField(label, **kept, **more)


class EditionForm(BaseForm):
    """What a new edition is called."""

    code = StringField(
        _("Code of the edition"),
        filters=[trim],
        validators=[
            DataRequired(_("Enter a code.")),
            Length(max=60),
            Regexp(r"^[A-Za-z0-9][A-Za-z0-9._-]*$", message=_("Use letters, digits, dots and hyphens.")),
        ],
        description=_("Short and unique, such as sh-2027-draft1."),
    )
    version = line(
        _("Edition"), required=_("Enter the edition."), most=60, description=_("Such as: first draft, 2027.")
    )
    title_zh = line(_("Title in Chinese"), required=_("Enter the Chinese title."))
    title_en = line(_("Title in English"), required=_("Enter the English title."))


class BeginForm(EditionForm):
    """A new standard."""

    kind = SelectField(_("Kind of standard"), choices=[], validators=[InputRequired()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [pair for pair in choices(StandardKind) if pair[0] != StandardKind.OTHER.value]


class NodeForm(BaseForm):
    """What a node says."""

    revision = HiddenField()
    code = line(_("Code in the standard"), most=40)
    zh = words(_("Text in Chinese"))
    en = words(_("Text in English"), rows=2)
    evidence = SelectField(_("How this is known"), choices=[], validators=[InputRequired()])
    source = line(_("Source of the fact"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.evidence.choices = choices(Evidence)


class NewNodeForm(BaseForm):
    """A node to come: where, and of which kind."""

    parent_id = HiddenField()
    tier_id = HiddenField()
    after = HiddenField()
    kind = SelectField(_("What it is"), choices=[], validators=[Optional()])
    code = line(_("Code in the standard"), most=40)
    zh = words(_("Text in Chinese"), required=_("Enter the text."), rows=2)
    en = words(_("Text in English"), rows=2)

    def __init__(self, *args: Any, kinds: tuple[NodeKind, ...] = tuple(NodeKind), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [pair for pair in choices(NodeKind) if pair[0] in kinds]


class StepForm(BaseForm):
    """One step of a node in its tree."""

    way = SelectField(choices=[(way.value, way.value) for way in Way], validators=[InputRequired()])
    revision = HiddenField()


class MoveForm(BaseForm):
    """A place that a node is dragged to."""

    tier_id = HiddenField()
    parent_id = HiddenField()
    after = HiddenField()
    revision = HiddenField()


class OriginForm(BaseForm):
    """A part of the edition before, by its code."""

    code = line(_("Code in the edition before"), required=_("Enter a code."), most=40)


class TierForm(BaseForm):
    """What a tier says about itself."""

    revision = HiddenField()
    level = IntegerField(
        _("Level (1 is the highest)"), validators=[InputRequired(_("Enter a number.")), NumberRange(1, 9)]
    )
    title_zh = line(_("Title in Chinese"), required=_("Enter the Chinese title."))
    title_en = line(_("Title in English"), required=_("Enter the English title."))
    training_hours = IntegerField(_("Training hours (reference)"), validators=[Optional(), NumberRange(0, 2000)])


class WeightRow(Form):
    """One row of a column of weights; without a name it is left out."""

    zh = line(_("Knowledge area (Chinese)"))
    en = line(_("Knowledge area (English)"))
    percent = IntegerField(_("Per cent"), validators=[Optional(), NumberRange(0, 100)])
    node_id = SelectField(_("Function"), choices=[], validators=[Optional()])


class WeightsForm(BaseForm):
    """A column of weights."""

    revision = HiddenField()
    rows = FieldList(FormField(WeightRow))

    def offer(self, functions: list[tuple[str, str]]) -> None:
        """Let each row name one of these functions, or none."""
        for row in self.rows:
            row.form.node_id.choices = [("", "—"), *functions]


class ConsultForm(BaseForm):
    """The days of a consultation."""

    from_on = DateField(_("First day"), validators=[InputRequired(_("Enter a day."))])
    until_on = DateField(_("Last day"), validators=[InputRequired(_("Enter a day."))])


class ExtendForm(BaseForm):
    """A later last day."""

    until_on = DateField(_("New last day"), validators=[InputRequired(_("Enter a day."))])


class ForceForm(BaseForm):
    """The day from which an edition is tried or adopted, or ends."""

    on = DateField(_("From this day"), validators=[InputRequired(_("Enter a day."))])


class CommentForm(BaseForm):
    """A comment on a node or the whole."""

    text = words(_("Your comment"), required=_("Enter your comment."))
    proposed = words(_("How it should read instead"), rows=2)


class ReplyForm(BaseForm):
    """An answer to a comment."""

    text = words(_("Your reply"), required=_("Enter your reply."), rows=2)


class DisposeForm(BaseForm):
    """What becomes of a comment."""

    revision = HiddenField()
    disposal = SelectField(_("Disposal"), choices=[], validators=[InputRequired(_("Choose the disposal."))])
    reason = words(_("Reason"), rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.disposal.choices = choices(Disposal)


class InviteForm(BaseForm):
    """Somebody to invite."""

    name = line(_("Name of the invited person"), required=_("Enter the name."), most=80)
    organisation = line(_("Organisation"), most=120)


class CommentFilter(FilterForm):
    """Which comments to show."""

    disposal = SelectField(_("Disposal"), choices=[], render_kw={"data-autosubmit": True})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.disposal.choices = [("", _("All comments")), ("open", _("Not disposed of")), *choices(Disposal)]


class DocumentFilter(FilterForm):
    """Which documents to show."""

    status = SelectField(_("Status"), choices=[], render_kw={"data-autosubmit": True})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.status.choices = choices(StandardStatus, blank=str(_("All states")))


def levels() -> list[int]:
    """The levels a new standard has tiers of."""
    return list(LEVELS)
