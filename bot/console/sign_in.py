"""The sign-in page: plain HTML without a script, so that whoever is not signed in meets nothing of the console.

Only draws; what happens to what is typed stands in `bot.console.door`.
"""

from __future__ import annotations

from html import escape

from bot.console.words import LOCALES, Words


def password_form(
    words: Words, *, locale: str, theme: str, shop: str, next_path: str, error: str = "", login: str = "", by_code: bool
) -> str:
    """Login and password. `by_code` offers the way by Telegram."""
    other = f'<a class="alternative" href="sign-in?way=telegram">{escape(words.by_telegram)}</a>' if by_code else ""
    return _page(
        words,
        locale,
        theme,
        shop,
        f"""
<form method="post" action="sign-in">
{_error(error)}
<label>{escape(words.login)}
<input name="login" value="{escape(login)}" autocomplete="username" autocapitalize="none" spellcheck="false" required
 maxlength="64"{"" if login else " autofocus"}></label>
<label>{escape(words.password)}
<input name="password" type="password" autocomplete="current-password" required
 maxlength="128"{" autofocus" if login else ""}></label>
<input type="hidden" name="next" value="{escape(next_path)}">
<button>{escape(words.sign_in)}</button>
</form>
{other}""",
    )


def login_form(words: Words, *, locale: str, theme: str, shop: str, error: str = "") -> str:
    """The login alone: whose Telegram account a code shall go to."""
    return _page(
        words,
        locale,
        theme,
        shop,
        f"""
<form method="post" action="sign-in-code">
<p>{escape(words.by_telegram_help)}</p>
{_error(error)}
<label>{escape(words.login)}
<input name="login" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="64"
 autofocus></label>
<button>{escape(words.send_code)}</button>
</form>
<a class="alternative" href="sign-in">{escape(words.by_password)}</a>""",
    )


def code_form(words: Words, *, locale: str, theme: str, shop: str, error: str = "") -> str:
    """The code that the bot sent."""
    return _page(
        words,
        locale,
        theme,
        shop,
        f"""
<form method="post" action="sign-in-telegram">
<p>{escape(words.code_sent)}</p>
{_error(error)}
<label>{escape(words.code)}
<input name="code" class="code" inputmode="numeric" autocomplete="one-time-code" required maxlength="12"
 autofocus></label>
<button>{escape(words.sign_in)}</button>
</form>
<a class="alternative" href="sign-in?way=telegram">{escape(words.back_to_sign_in)}</a>""",
    )


def _error(text: str) -> str:
    return f'<p class="error" role="alert">{escape(text)}</p>' if text else ""


def _page(words: Words, locale: str, theme: str, shop: str, body: str) -> str:
    code, name = next((code, name) for code, name in LOCALES.items() if code != locale)
    scheme = theme if theme in ("light", "dark") else "light dark"
    return f"""<!doctype html>
<html lang="{locale}" data-theme="{escape(theme)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="{scheme}">
<meta name="robots" content="noindex">
<title>{escape(words.sign_in)} · {escape(words.product)}</title>
<link rel="icon" href="static/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="static/sign-in.css">
</head>
<body>
<main>
<img src="static/favicon.svg" alt="" width="40" height="40">
<h1>{escape(words.product)}</h1>
<p class="shop">{escape(shop)}</p>
{body}
</main>
<footer><a href="sign-in?lang={code}" lang="{code}">{name}</a></footer>
</body>
</html>
"""
