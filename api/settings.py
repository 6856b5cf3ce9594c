"""What an installation decides, from the environment (prefix ``COMISARIO_``)."""

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="COMISARIO_", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    environment: Literal["development", "production"] = "development"
    testing: bool = False
    data: Path = ROOT / "var"
    database_url: SecretStr = Field(default=SecretStr(""), validation_alias="DATABASE_URL")
    public_url: str = "http://127.0.0.1:8000"
    files_url: str | None = None
    """A host of its own (``https://…``, without a path) that strangers' files are downloaded from; without one they come from
    the console's."""
    bot_url: str = "http://127.0.0.1:5005"
    internal_secret: SecretStr = SecretStr("")
    """Signs what api, bot and action server say to each other."""

    institution: str = "Comisario Virtual"
    authorised: bool = False
    """Whether an authorised institution runs this with an accredited certificate; until then every copy says it does not."""

    signing_key: Path | None = None
    """PKCS#12 with the institution's key, certificate and chain."""
    signing_passphrase: SecretStr = SecretStr("")
    """Of the PKCS#12, or the PIN of the token."""
    signing_module: Path | None = None
    """The PKCS#11 library of a token or HSM that holds the key instead of a file."""
    signing_token: str = ""
    signing_key_label: str = ""

    smtp_url: SecretStr = SecretStr("")
    """The server that takes e-mail: ``smtp://user:password@host:port`` or ``smtps://…``; without one none is sent."""
    mail_from: str = "comisario@localhost"
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_sms_from: str = ""
    """The number that SMS come from; without it none is sent."""
    twilio_whatsapp_from: str = ""
    """The number that writes by WhatsApp; without it that channel is closed."""
    twilio_buttons: bool = False
    """Whether choices are offered as buttons and lists, by Twilio's Content API, instead of numbers."""
    twilio_notice: str = ""
    """ContentSid of the approved template that says that something waits, 24 hours after the citizen's last message."""
    twilio_url: str | None = None
    """Another server that speaks Twilio's API; in development alone."""
    meta_phone_number_id: str = ""
    """Meta's id of the number that writes by WhatsApp, where its Cloud API carries it; excludes ``twilio_whatsapp_from``."""
    meta_whatsapp_from: str = ""
    """That number in E.164."""
    meta_token: SecretStr = SecretStr("")
    """Of a system user, for the Graph API."""
    meta_app_secret: SecretStr = SecretStr("")
    """Signs Meta's webhooks."""
    meta_verify_token: SecretStr = SecretStr("")
    """Chosen by who sets the webhook up, and told to Meta."""
    meta_notice: str = ""
    """Name of the approved template that says that something waits, as ``twilio_notice``."""
    meta_url: str | None = None
    """Another server that speaks the Graph API; in development alone."""
    whatsapp_per_second: float = Field(default=20, gt=0)
    """Messages a second that the provider takes from our number."""
    transcriber_url: str | None = None
    """A service that makes text of voice notes, for staff; without one they are only heard."""
    registry_url: str | None = None
    """A registry of identities (RENIEC-like); without one a copy says that the identity was declared."""
    second_copy_fee: Decimal = Field(default=Decimal(0), ge=0, decimal_places=2)
    """Soles that a second copy costs at a distance; nothing unless an installation decides otherwise."""
    payment_url: str | None = None
    """The payment provider; needed where there is a fee."""
    time_stamp_url: str | None = None
    """The time-stamp authority (RFC 3161); without one papers are signed without its stamp."""
    time_stamp_certificates: Path | None = None
    """The authority's certificates (PEM), its own root last: what a time-stamp is trusted by."""
    operations_email: str | None = None
    """Who is told when the signing certificate is about to expire."""

    oidc_issuer: str = ""
    """The institution's own provider of identities (OpenID Connect) that staff may log in by; without one, by passwords alone."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")

    draft_days: int = Field(default=30, gt=0)
    """Days after its last message that an unfiled draft is kept."""
    disclosure_days: int = Field(default=90, gt=0)
    """Days that a disclosure of violence which was never confirmed waits for an officer before it is deleted."""
    survey_invitation_days: int = Field(default=3, ge=0)
    """Days after a service that an opinion on it is asked for, once; 0 asks nobody."""
    document_link_minutes: int = Field(default=60, gt=0)
    attachment_bytes: int = Field(default=25 * 1024 * 1024, gt=0)
    attachments_per_conversation: int = Field(default=20, gt=0)
    open_data_since: date | None = None
    """The first day from which every case is real: an authorised installation publishes no month before it, and nothing without it."""
    open_data_close_days: int = Field(default=15, ge=1)
    """Days after its end that a month or quarter is closed and published."""
    open_data_k: int = Field(default=5, ge=5)
    """How many different people stand at least behind every published number."""
    operator_hours: str = ""
    """When somebody usually answers in person, as it is told: "de lunes a viernes, de 8 a 20 horas"; nothing is told without."""
    turn_notice_seconds: float = 8
    turn_wait_seconds: float = 20

    @model_validator(mode="after")
    def _authority_is_pinned(self) -> Self:
        if self.time_stamp_url and not self.time_stamp_certificates:
            raise ValueError("COMISARIO_TIME_STAMP_URL needs COMISARIO_TIME_STAMP_CERTIFICATES")
        return self

    @model_validator(mode="after")
    def _files_are_apart(self) -> Self:
        if self.files_url:
            apart, console = urlsplit(self.files_url), urlsplit(self.public_url)
            if apart.scheme not in ("http", "https") or not apart.netloc or apart.path or apart.query:
                raise ValueError("COMISARIO_FILES_URL must be https://host, without a path or a slash")
            if apart.hostname == console.hostname:
                raise ValueError("COMISARIO_FILES_URL must be another host than COMISARIO_PUBLIC_URL")
        return self

    @model_validator(mode="after")
    def _fee_can_be_paid(self) -> Self:
        if self.second_copy_fee and not self.payment_url:
            raise ValueError("COMISARIO_SECOND_COPY_FEE needs COMISARIO_PAYMENT_URL")
        return self

    @model_validator(mode="after")
    def _one_provider_carries_whatsapp(self) -> Self:
        if not self.meta_phone_number_id:
            return self
        if self.twilio_whatsapp_from:
            raise ValueError("COMISARIO_TWILIO_WHATSAPP_FROM and COMISARIO_META_PHONE_NUMBER_ID exclude each other")
        needed = {
            "COMISARIO_META_WHATSAPP_FROM": self.meta_whatsapp_from,
            "COMISARIO_META_TOKEN": self.meta_token.get_secret_value(),
            "COMISARIO_META_APP_SECRET": self.meta_app_secret.get_secret_value(),
            "COMISARIO_META_VERIFY_TOKEN": self.meta_verify_token.get_secret_value(),
        }
        if missing := [name for name, value in needed.items() if not value]:
            raise ValueError(f"COMISARIO_META_PHONE_NUMBER_ID needs {', '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _provider_is_whole(self) -> Self:
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_client_secret.get_secret_value()):
            raise ValueError("COMISARIO_OIDC_ISSUER needs COMISARIO_OIDC_CLIENT_ID and COMISARIO_OIDC_CLIENT_SECRET")
        if self.environment == "production" and self.oidc_issuer and not self.oidc_issuer.startswith("https://"):
            raise ValueError("COMISARIO_OIDC_ISSUER must be an https address in production")
        return self

    @model_validator(mode="after")
    def _production_is_whole(self) -> Self:
        if self.environment == "production":
            if self.testing:
                raise ValueError("the testing surface is never open in production")
            if self.twilio_url:
                raise ValueError("COMISARIO_TWILIO_URL is for development")
            if self.meta_url:
                raise ValueError("COMISARIO_META_URL is for development")
            missing = [
                name
                for name, value in {
                    "DATABASE_URL": self.database_url.get_secret_value(),
                    "COMISARIO_INTERNAL_SECRET": self.internal_secret.get_secret_value(),
                    "COMISARIO_SIGNING_KEY": self.signing_key or self.signing_module,
                }.items()
                if not value
            ]
            if missing:
                raise ValueError(f"required in production: {', '.join(missing)}")
        return self

    def __hash__(self) -> int:
        """One object for each reading of the environment."""
        return id(self)

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def files(self) -> Path:
        return self.data / "files"


@cache
def settings() -> Settings:
    return Settings()
