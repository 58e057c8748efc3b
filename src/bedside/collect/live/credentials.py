"""Keys and tokens: read from the environment when needed, never written anywhere."""

import os
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from bedside.collect.live.exchange import Credential
from bedside.errors import PermissionRefused, SourceError

__all__ = ["Wallet"]

Exchange = Callable[[str, dict[str, str], tuple[str, str]], Any]
"""(token URL, form, (client id, secret)) -> the answer as JSON."""


class Wallet:
    """The credential of one source.

    Parameters
    ----------
    credential : Credential or None
    settings : Mapping
        `[live]` of the source; names the environment variable.
    environ : Mapping, optional
        Where to look; the process's environment if not given.
    """

    def __init__(
        self,
        credential: Credential | None,
        settings: Mapping[str, Any],
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.credential = credential
        self._variable = str(settings.get(credential.setting) or "") if credential else ""
        self._token_url = str(
            settings.get("token_url") or (credential.token_url if credential else "")
        )
        self._header = str(settings.get("key_header") or (credential.name if credential else ""))
        self._environ = os.environ if environ is None else environ
        self._token = ""

    def check(self) -> None:
        """Refuse a source whose secret is needed and not there, before anything is asked.

        Raises
        ------
        PermissionRefused
        """
        if self.credential is None:
            return
        if self._variable and not self._environ.get(self._variable):
            raise PermissionRefused(
                f"[live] names the environment variable {self._variable} for {self.credential.setting}, and it is not set; "
                "set it and give the command again"
            )
        if self.credential.needed and not self._variable:
            raise PermissionRefused(
                f"this source needs a key: put it into an environment variable and name that with --set "
                f"{self.credential.setting}=NAME"
            )

    def dress(
        self, url: str, headers: dict[str, str], exchange: Exchange
    ) -> tuple[str, dict[str, str]]:
        """The address and headers with the secret in its place."""
        credential = self.credential
        secret = self._environ.get(self._variable, "") if self._variable else ""
        if credential is None or not secret:
            return url, headers
        if credential.kind == "query":
            return str(httpx.URL(url).copy_merge_params({credential.name: secret})), headers
        if credential.kind == "client_credentials":
            if not self._token:
                self._token = self._exchange(credential, secret, exchange)
            return url, {**headers, "Authorization": f"Bearer {self._token}"}
        prefix = "Bearer " if credential.kind == "bearer" else credential.prefix
        return url, {**headers, self._header: f"{prefix}{secret}"}

    def renew(self) -> bool:
        """Forget an expired token; whether another can be had."""
        had, self._token = bool(self._token), ""
        return had

    def _exchange(self, credential: Credential, secret: str, exchange: Exchange) -> str:
        client, _, word = secret.partition(":")
        answer = exchange(self._token_url, {"grant_type": "client_credentials"}, (client, word))
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token:
            raise SourceError(
                f"the server that gives tokens for {credential.setting} gave none; check the client's id and secret"
            )
        return token
