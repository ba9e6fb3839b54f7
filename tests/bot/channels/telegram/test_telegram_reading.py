"""What raw updates say, in the words of the house."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.telegram.reading import event_of
from bot.channels.telegram.updates import update_of
from conversation.messages import (
    Attachment,
    AttachmentKind,
    Author,
    Contact,
    CustomerEvent,
    Edit,
    Message,
    Press,
    Reachability,
)
from conversation.ports import Update
from conversation.tickets import StaffEvent, Topic

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SENT = 1_767_603_600
SENT_AT = datetime.fromtimestamp(SENT, UTC)
SARI_USER = {
    "id": 55,
    "is_bot": False,
    "first_name": "Sari",
    "last_name": "Dewi",
    "username": "sari",
    "language_code": "id",
}
SARI = Contact(channel="telegram", address="55", name="Sari Dewi", username="sari", language="id")
PRIVATE = {"id": 55, "type": "private", "first_name": "Sari"}
STAFF_CHAT = {"id": -1001, "type": "supergroup", "title": "Staf", "is_forum": True}
BUDI = {"id": 77, "is_bot": False, "first_name": "Budi"}
FILE = {"file_id": "F1", "file_unique_id": "U1", "file_size": 1234}


def event(**raw: Any) -> CustomerEvent | StaffEvent | None:
    return event_of(update_of({"update_id": 7, **raw}, NOW), {"-1001"})


def private(**content: Any) -> dict[str, Any]:
    return {"message_id": 9, "date": SENT, "chat": PRIVATE, "from": SARI_USER, **content}


def in_topic(**content: Any) -> dict[str, Any]:
    return {
        "message_id": 12,
        "date": SENT,
        "chat": STAFF_CHAT,
        "from": BUDI,
        "message_thread_id": 4,
        "is_topic_message": True,
        "reply_to_message": {
            "message_id": 4,
            "date": SENT,
            "chat": STAFF_CHAT,
            "forum_topic_created": {"name": "T-1", "icon_color": 7322096},
        },
        **content,
    }


def said(**content: Any) -> Message:
    """The customer's message in an update with this content."""
    found = event(message=private(**content))
    assert isinstance(found, CustomerEvent)
    assert isinstance(found.what, Message)
    return found.what


def attachment(**content: Any) -> Attachment:
    (found,) = said(**content).attachments
    return found


def test_a_text_is_a_customers_message() -> None:
    assert event(message=private(text="jam buka?")) == CustomerEvent(
        contact=SARI,
        what=Message(author=Author.CUSTOMER, text="jam buka?", at=SENT_AT, external_id="9", author_name="Sari Dewi"),
    )


def test_a_start_link_is_read_as_the_text_that_it_is() -> None:
    assert said(text="/start promo-1").text == "/start promo-1"


def test_a_user_with_little_to_tell_is_a_contact_too() -> None:
    bare = {"id": 55, "is_bot": False, "first_name": "Sari"}
    found = event(message=private(text="a") | {"from": bare})
    assert isinstance(found, CustomerEvent)
    assert found.contact == Contact(channel="telegram", address="55", name="Sari")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            {"photo": [FILE | {"file_id": "small", "width": 9, "height": 9}, FILE | {"width": 90, "height": 90}]},
            Attachment(kind=AttachmentKind.PHOTO, file_id="F1", size=1234),
        ),
        (
            {"document": FILE | {"file_name": "bukti.pdf"}},
            Attachment(kind=AttachmentKind.DOCUMENT, file_id="F1", detail="bukti.pdf", size=1234),
        ),
        (
            {"voice": FILE | {"duration": 67}},
            Attachment(kind=AttachmentKind.VOICE, file_id="F1", detail="1:07", size=1234),
        ),
        (
            {"audio": FILE | {"duration": 7, "performer": "Band", "title": "Lagu"}},
            Attachment(kind=AttachmentKind.AUDIO, file_id="F1", detail="Band – Lagu", size=1234),
        ),
        (
            {"video": FILE | {"width": 9, "height": 9, "duration": 3, "file_name": "rusak.mp4"}},
            Attachment(kind=AttachmentKind.VIDEO, file_id="F1", detail="rusak.mp4", size=1234),
        ),
        (
            {"video_note": FILE | {"length": 240, "duration": 3}},
            Attachment(kind=AttachmentKind.VIDEO, file_id="F1", detail="pesan video", size=1234),
        ),
        (
            {"animation": FILE | {"width": 9, "height": 9, "duration": 3}, "document": FILE},
            Attachment(kind=AttachmentKind.VIDEO, file_id="F1", detail="GIF", size=1234),
        ),
        (
            {
                "sticker": FILE
                | {"width": 9, "height": 9, "type": "regular", "is_animated": False, "is_video": False, "emoji": "🙏"}
            },
            Attachment(kind=AttachmentKind.STICKER, file_id="F1", detail="🙏", size=1234),
        ),
        (
            {"location": {"latitude": -6.2, "longitude": 106.8}},
            Attachment(kind=AttachmentKind.LOCATION, detail="-6.2,106.8"),
        ),
        (
            {
                "location": {"latitude": -6.2, "longitude": 106.8},
                "venue": {
                    "location": {"latitude": -6.2, "longitude": 106.8},
                    "title": "Gudang",
                    "address": "Jl. Melati 1",
                },
            },
            Attachment(kind=AttachmentKind.LOCATION, detail="Gudang, Jl. Melati 1 (-6.2,106.8)"),
        ),
        (
            {"contact": {"phone_number": "+62812", "first_name": "Ibu", "last_name": "Sari"}},
            Attachment(kind=AttachmentKind.CONTACT, detail="Ibu Sari +62812"),
        ),
        (
            {
                "poll": {
                    "id": "1",
                    "question": "Kapan?",
                    "options": [
                        {"text": "Pagi", "voter_count": 0, "persistent_id": "0"},
                        {"text": "Sore", "voter_count": 0, "persistent_id": "1"},
                    ],
                    "total_voter_count": 0,
                    "is_closed": False,
                    "is_anonymous": True,
                    "type": "regular",
                    "allows_multiple_answers": False,
                    "allows_revoting": False,
                    "members_only": False,
                }
            },
            Attachment(kind=AttachmentKind.OTHER, detail="jajak pendapat: Kapan? (Pagi / Sore)"),
        ),
        ({"dice": {"emoji": "🎲", "value": 4}}, Attachment(kind=AttachmentKind.OTHER, detail="🎲 4")),
        ({"story": {"chat": PRIVATE, "id": 3}}, Attachment(kind=AttachmentKind.OTHER, detail="story")),
        ({}, Attachment(kind=AttachmentKind.OTHER, detail="jenis kiriman yang tidak dapat dibaca bot")),
    ],
    ids=lambda value: next(iter(value), "nothing") if isinstance(value, dict) else "",
)
def test_every_kind_of_attachment_is_kept_and_described(content: dict[str, Any], expected: Attachment) -> None:
    assert attachment(**content) == expected


def test_a_caption_is_the_text_of_a_picture() -> None:
    message = said(photo=[FILE | {"width": 9, "height": 9}], caption="ini rusak", media_group_id="13")
    assert (message.text, message.album) == ("ini rusak", "13")
    assert message.attachments


def test_a_reply_names_what_it_replies_to() -> None:
    first = {"message_id": 3, "date": SENT, "chat": PRIVATE, "from": SARI_USER, "text": "a"}
    assert said(text="b", reply_to_message=first).reply_to == "3"


def test_an_edit_names_the_message_and_its_new_words() -> None:
    edited = datetime.fromtimestamp(SENT + 60, UTC)
    found = event(edited_message=private(text="jadi 2 pcs", edit_date=SENT + 60))
    assert found == CustomerEvent(contact=SARI, what=Edit(external_id="9", text="jadi 2 pcs", at=edited))


def test_a_live_location_that_moves_says_nothing_new() -> None:
    assert event(edited_message=private(location={"latitude": 1.0, "longitude": 2.0}, edit_date=SENT + 60)) is None


def test_a_press_in_a_private_chat_is_the_customers() -> None:
    shown = {"message_id": 8, "date": SENT, "chat": PRIVATE, "text": "Maksud Kakak:"}
    found = event(callback_query={"id": "99", "from": SARI_USER, "chat_instance": "1", "data": "0", "message": shown})
    assert found == CustomerEvent(contact=SARI, what=Press(press_id="99", payload="0", at=NOW, external_id="8"))


def test_a_press_under_a_message_beyond_reach_is_still_the_customers_in_a_private_chat() -> None:
    old = {"message_id": 8, "date": 0, "chat": PRIVATE}
    found = event(callback_query={"id": "99", "from": SARI_USER, "chat_instance": "1", "data": "0", "message": old})
    assert found == CustomerEvent(contact=SARI, what=Press(press_id="99", payload="0", at=NOW, external_id="8"))


@pytest.mark.parametrize(
    "query",
    [
        {"inline_message_id": "x", "data": "0"},
        {"message": {"message_id": 8, "date": 0, "chat": STAFF_CHAT}, "data": "0"},
        {"message": {"message_id": 8, "date": SENT, "chat": PRIVATE, "text": "a"}, "game_short_name": "g"},
    ],
)
def test_a_press_without_place_or_payload_is_of_no_interest(query: dict[str, Any]) -> None:
    assert event(callback_query={"id": "99", "from": SARI_USER, "chat_instance": "1", **query}) is None


@pytest.mark.parametrize(("status", "reachable"), [("kicked", False), ("member", True)])
def test_blocking_the_bot_changes_reachability(status: str, reachable: bool) -> None:
    found = event(my_chat_member=membership(PRIVATE, status))
    assert found == CustomerEvent(contact=SARI, what=Reachability(reachable=reachable, at=SENT_AT))


def membership(chat: dict[str, Any], status: str) -> dict[str, Any]:
    bot = {"id": 1, "is_bot": True, "first_name": "Nusa"}
    until = {"until_date": 0} if status == "kicked" else {}
    return {
        "chat": chat,
        "from": SARI_USER,
        "date": SENT,
        "old_chat_member": {"status": "left", "user": bot},
        "new_chat_member": {"status": status, "user": bot, **until},
    }


def test_what_is_written_in_a_topic_is_staffs() -> None:
    assert event(message=in_topic(text="Siap Kak")) == StaffEvent(
        who="telegram:77",  # type: ignore[arg-type]
        who_name="Budi",
        topic=Topic(chat="-1001", thread="4"),
        what=Message(author=Author.AGENT, text="Siap Kak", at=SENT_AT, external_id="12", author_name="Budi"),
    )


@pytest.mark.parametrize("thread", [{}, {"message_thread_id": 2}], ids=["general", "reply in general"])
def test_what_is_written_outside_of_topics_is_staffs_too(thread: dict[str, int]) -> None:
    message = {"message_id": 3, "date": SENT, "chat": STAFF_CHAT, "from": BUDI, "text": "/faq ongkir", **thread}
    found = event(message=message)
    assert isinstance(found, StaffEvent)
    assert found.topic == Topic(chat="-1001", thread="")


def test_a_true_reply_in_a_topic_is_one() -> None:
    copied = {"message_id": 6, "date": SENT, "chat": STAFF_CHAT, "text": "👤 halo"}
    found = event(message=in_topic(text="b", reply_to_message=copied))
    assert isinstance(found, StaffEvent)
    assert isinstance(found.what, Message)
    assert found.what.reply_to == "6"


def test_edits_and_presses_in_a_topic_are_staffs() -> None:
    edit = event(edited_message=in_topic(text="b", edit_date=SENT + 1))
    assert isinstance(edit, StaffEvent)
    assert isinstance(edit.what, Edit)
    card = in_topic(text="kartu") | {"from": {"id": 1, "is_bot": True, "first_name": "Nusa"}}
    press = event(callback_query={"id": "5", "from": BUDI, "chat_instance": "1", "data": "!claim", "message": card})
    assert isinstance(press, StaffEvent)
    assert (press.who, press.topic) == ("telegram:77", Topic(chat="-1001", thread="4"))
    assert press.what == Press(press_id="5", payload="!claim", at=NOW, external_id="12")


@pytest.mark.parametrize(
    "message",
    [
        in_topic(forum_topic_created={"name": "T-1", "icon_color": 7322096}),
        in_topic(forum_topic_closed={}),
        in_topic(forum_topic_edited={"name": "x"}),
        in_topic(text="a") | {"from": {"id": 1, "is_bot": True, "first_name": "Bot lain"}},
        in_topic(text="a") | {"chat": {"id": -5, "type": "supergroup", "title": "Lain"}},
        {"message_id": 3, "date": SENT, "chat": PRIVATE, "from": SARI_USER, "pinned_message": private(text="a")},
    ],
    ids=["created", "closed", "renamed", "bot", "other group", "pinned"],
)
def test_service_messages_bots_and_other_places_are_of_no_interest(message: dict[str, Any]) -> None:
    assert event(message=message) is None


def test_being_added_to_a_group_is_no_customers_event() -> None:
    assert event(my_chat_member=membership(STAFF_CHAT, "member")) is None


@pytest.mark.parametrize(
    "raw",
    [
        {"message": "x"},
        {"message": {"message_id": 1}},
        {"message": private(photo="x")},
        {"message": private(date=10**30, text="a")},
        {"message": private(text="a") | {"from": SARI_USER | {"username": {"id": {}}}}},
        {"message": private(text="a") | {"from": SARI_USER | {"language_code": [[]]}}},
        {"message": private(text="a", media_group_id=[1])},
        {"message": private(text="a", chat=PRIVATE | {"id": "\0"})},
        {"callback_query": {"id": "1"}},
    ],
)
def test_a_malformed_update_is_a_value_error(raw: dict[str, Any]) -> None:
    update = Update(channel="telegram", key="k", lane="l", payload=json.dumps({"update_id": 1, **raw}), received_at=NOW)
    with pytest.raises(ValueError, match="not an update"):
        event_of(update, set())


def test_text_that_no_store_could_keep_is_mended() -> None:
    assert said(text="a\x00b\ud83dc").text == "ab?c"
