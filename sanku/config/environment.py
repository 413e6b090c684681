"""What an installation sets from outside, read once from environment variables named SANKU_…"""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator
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
    # The national base; empty: `base` in the data folder. Several installations of one machine may share it.
    base_dir: Path | None = None
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    # Whether a pooler that gives another connection for each transaction stands before the database.
    database_pooled: bool = False
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
    # What a person's programs may ask for together, at /api/ and /ogc/.
    program_requests_per_minute: int = Field(default=600, ge=1)
    upload_limit_mb: int = Field(default=200, ge=1)
    attachment_limit_mb: int = Field(default=50, ge=1)
    # The picture below the map (docs/how-to/map.md). Without one it shows boundaries alone and needs no network.
    base_map: Literal["none", "tianditu", "xyz", "mvt", "pmtiles"] = "none"
    base_map_url: str = ""
    base_map_labels_url: str = ""  # of xyz: a second layer, drawn over the first
    base_map_key: str = ""  # of tianditu: the zone's own
    base_map_datum: Literal["WGS-84", "GCJ-02", "BD-09"] = "WGS-84"
    base_map_attribution: str = ""
    base_map_review_number: str = ""  # 审图号
    base_map_largest_zoom: int = Field(default=18, ge=1, le=22)
    # How long the files of exports are kept.
    export_days: int = Field(default=7, ge=1, le=365)

    @field_validator("hosts", mode="before")
    @classmethod
    def split_hosts(cls, value: object) -> object:
        """Read a comma-separated list."""
        return (
            [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @model_validator(mode="after")
    def check_base_map(self) -> Self:
        """Refuse a base map that could not be shown, or not in its place."""
        if self.base_map == "tianditu" and not self.base_map_key:
            raise ValueError("SANKU_BASE_MAP=tianditu needs the zone's own key in SANKU_BASE_MAP_KEY")
        if self.base_map in ("xyz", "mvt", "pmtiles") and not self.base_map_url:
            raise ValueError(f"SANKU_BASE_MAP={self.base_map} needs an address in SANKU_BASE_MAP_URL")
        if self.base_map in ("xyz", "mvt"):
            for address in filter(None, (self.base_map_url, self.base_map_labels_url)):
                if not all(part in address for part in ("{x}", "{y}", "{z}")):
                    raise ValueError("the address of a base map's tiles names {z}, {x} and {y}")
        if self.base_map_datum != "WGS-84" and self.base_map != "xyz":
            raise ValueError(
                "only a base of pictures (SANKU_BASE_MAP=xyz) can be shifted; others must be in WGS-84"
            )
        return self
