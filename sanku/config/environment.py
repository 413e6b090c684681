"""What an installation sets from outside, read once from environment variables named SANKU_…"""

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT = Path(__file__).resolve().parents[2]


class Environment(BaseSettings):
    """The settings of one installation.

    Each is read from `SANKU_<NAME>`, but `DATABASE_URL`, which goes by its usual name.
    """

    model_config = SettingsConfigDict(env_prefix="SANKU_", env_ignore_empty=True, extra="ignore")

    debug: bool = False
    # Empty: one is made on the first start and kept in the data folder.
    secret_key: str = ""
    data_dir: Path = PROJECT / "var"
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    hosts: Annotated[list[str], NoDecode] = ["127.0.0.1", "localhost", "[::1]"]
    https: bool = False
    # How many proxies of one's own stand before Sanku, each adding to X-Forwarded-For; 0: the header is not believed.
    proxies: int = Field(default=0, ge=0, le=10)
    session_hours: int = Field(default=12, ge=1, le=24 * 30)
    totp: bool = False
    oidc_name: str = ""
    oidc_server_url: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    upload_limit_mb: int = Field(default=200, ge=1)

    @field_validator("hosts", mode="before")
    @classmethod
    def split_hosts(cls, value: object) -> object:
        """Read a comma-separated list."""
        return (
            [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )
