"""How a bot or a person stands in a chat, as Bot API objects tell it.

Does not know who stands how.
"""

from __future__ import annotations

from bot.testing.bot_api.parameters import Wire

_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
)


def member_wire(user: Wire, status: str) -> Wire:
    """A ChatMember; administrators have every right there is."""
    member: Wire = {"user": user, "status": status}
    if status == "administrator":
        member |= {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(_RIGHTS, True)
    elif status == "creator":
        member["is_anonymous"] = False
    elif status == "kicked":
        member["until_date"] = 0
    return member
