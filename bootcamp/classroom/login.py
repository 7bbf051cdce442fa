"""Logging in to the hub of a class with the password on a slip, and the page on which a learner chooses another."""

import asyncio
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bootcamp.classroom.accounts import AccountError, Accounts, BackOff, password_fault

from jupyterhub.auth import Authenticator, LocalAuthenticator
from jupyterhub.handlers import BaseHandler, LoginHandler
from tornado import web
from traitlets import Unicode

HASHING_THREADS = 2
"""Passwords that are hashed at once, beside the event loop, which goes on answering."""
INVALID = "Invalid username or password"
WRONG = "The current password is not right."
CHANGED = "Your password has been changed."


class SlipLoginHandler(LoginHandler):
    """The login page; it says when somebody has to wait."""

    refusal = ""

    def _render(self, login_error: str | None = None, username: str | None = None) -> Any:
        return super()._render(login_error and (self.refusal or login_error), username)


class ChangePasswordHandler(BaseHandler):
    """A page on which a learner who is logged in chooses another password; it asks for the current one."""

    @web.authenticated
    async def get(self) -> None:
        """Show the page."""
        await self._show("")

    @web.authenticated
    async def post(self) -> None:
        """Change the password."""
        current, new = (self.get_body_argument(name, "", strip=False) for name in ("current", "password"))
        await self._show(await self.authenticator.change_password(self, self.current_user.name, current, new))

    async def _show(self, said: str) -> None:
        self.set_status(200 if said in ("", CHANGED) else 403)
        self.finish(await self.render_template("change-password.html", said=said, changed=said == CHANGED))


class SlipAuthenticator(Authenticator):
    """Lets in who has a password in the accounts of the class, and nobody else."""

    accounts_file = Unicode(config=True, help="SQLite file of the accounts.")

    def __init__(self, **settings: Any):
        super().__init__(**settings)
        self.accounts, self.back_off = Accounts(Path(self.accounts_file)), BackOff()
        self._threads = ThreadPoolExecutor(HASHING_THREADS, "passwords")

    async def authenticate(self, handler: Any, data: dict[str, str]) -> str | None:
        """The name, if the password is the one of it; JupyterHub has made the name small and checked its pattern."""
        name = self.normalize_username(data.get("username", ""))
        handler.refusal = await self._refusal(handler, name, data.get("password", ""))
        return None if handler.refusal else name

    async def change_password(self, handler: Any, name: str, current: str, new: str) -> str:
        """Change a password; returns a sentence, `CHANGED` on success."""
        if said := password_fault(new):
            return said
        if said := await self._refusal(handler, name, current):
            return WRONG if said == INVALID else said
        try:
            await self._in_thread(self.accounts.add, {name: new}, True)
        except AccountError as error:
            self.log.error("password of %s: %s", name, error)
            return "The password could not be changed; tell your instructor."
        return CHANGED

    async def _refusal(self, handler: Any, name: str, password: str) -> str:
        """Why somebody is not let in; empty: the password is right."""
        key = (name, _address(handler.request))
        if pause := self.back_off.seconds(key):
            return f"Too many wrong passwords for this name: try again in {math.ceil(pause)} seconds."
        self.back_off.failed(key)  # also while it is being looked at, so that many at once are not all looked at
        if not await self._in_thread(self.accounts.check, name, password):
            return INVALID
        self.back_off.succeeded(key)
        return ""

    async def _in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)

    def delete_user(self, user: Any) -> None:
        """Who is removed on the admin page does not come back with an old slip."""
        super().delete_user(user)
        self.accounts.remove(user.name)

    def get_handlers(self, app: Any) -> list[tuple[str, type]]:
        """The login page and the page for another password."""
        return [(r"/login", SlipLoginHandler), (r"/auth/change-password", ChangePasswordHandler)]


def _address(request: Any) -> str:
    """Where a request comes from, as the proxy of the hub saw it: it writes the last address of this header.

    What tornado calls the remote address, anybody chooses with a header X-Real-Ip.
    """
    seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return seen or request.remote_ip


class LocalSlipAuthenticator(SlipAuthenticator, LocalAuthenticator):
    """The same, with a system user for every learner."""
