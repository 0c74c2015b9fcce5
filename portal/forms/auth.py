"""Forms of sign-in, one-time links and accounts."""

from flask_babel import lazy_gettext as _
from wtforms import EmailField, PasswordField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, EqualTo, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.forms.base import BaseForm, FilterForm, trim


class SignInForm(BaseForm):
    """Name and password."""

    sign_in_name = StringField(
        _("Sign-in name"),
        filters=[trim],
        validators=[DataRequired(_("Enter your sign-in name.")), Length(max=120)],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        _("Password"),
        validators=[DataRequired(_("Enter your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(BaseForm):
    """A new password, typed twice."""

    password = PasswordField(
        _("New password"),
        description=_("At least 10 characters. A few words that only you put together are better than one odd word."),
        validators=[
            DataRequired(_("Enter a password.")),
            Length(min=10, max=200, message=_("At least 10 characters.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _("The same password again"),
        validators=[DataRequired(_("Enter it again.")), EqualTo("password", _("The two passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )


class NewPasswordForm(PasswordForm):
    """Another password, by somebody who knows the present one."""

    current = PasswordField(
        _("Present password"),
        validators=[DataRequired(_("Enter your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class AccountForm(BaseForm):
    """A new account; its owner sets the password through a one-time link."""

    sign_in_name = EmailField(
        _("Sign-in name (e-mail address)"),
        filters=[trim],
        validators=[DataRequired(_("Enter the e-mail address the person signs in with.")), Length(max=120)],
    )
    name = StringField(
        _("Name"), filters=[trim], validators=[DataRequired(_("Enter the person's name.")), Length(max=60)]
    )
    roles = SelectMultipleField(
        _("Roles that hold everywhere"),
        description=_("Duties at a center are given on the center's page."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def validate_sign_in_name(self, field: StringField) -> None:
        """An address has a name, an at sign and a domain."""
        name, at, domain = (field.data or "").partition("@")
        if not (name and at and "." in domain) or " " in name + domain:
            raise ValidationError(_("This is not an e-mail address. Write it like name@example.cn."))


class AccountFilter(FilterForm):
    """Search of accounts."""

    q = StringField(_("Name or sign-in name"), filters=[trim])


class AuditFilter(FilterForm):
    """Search of the audit trail."""

    deed = StringField(_("Deed begins with"), filters=[trim])
    actor = StringField(_("Done by"), filters=[trim])
    subject = StringField(_("Identifier of the record"), filters=[trim])
