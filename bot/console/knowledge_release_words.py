"""What the page of the releases and the dialogs to publish and to go back say, in Indonesian and English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseWords:
    """One language's words. Braces name what is filled in with `str.format`."""

    # The list.
    releases: str
    releases_help: str
    none: str
    none_help: str
    release: str
    active: str
    files_note: str
    no_note: str
    first: str
    tests_right: str
    accuracy: str
    overruled: str
    more: str
    history: str
    served: str

    # Differences.
    compare: str
    compare_old: str
    compare_new: str
    draft: str
    same: str
    added: str
    removed: str
    changed: str
    summary: dict[str, str]
    pieces: dict[str, str]
    lines_more: str

    # Publishing.
    publish: str
    publish_title: str
    publish_help: str
    note: str
    note_help: str
    steps: dict[str, str]
    working: str
    working_help: str
    published: str
    published_help: str
    overtaken: str

    # The judgement.
    refused: str
    refused_help: str
    passed: str
    not_judged: str
    nothing_compared: str
    balance: str
    by_intent: str
    got_worse: str
    got_better: str
    mistaken: str
    mended: str
    and_more: str
    overrule: str
    overrule_help: str
    overrule_reason: str
    reason_missing: str

    # Going back.
    activate: str
    activate_title: str
    activate_help: str
    activate_reason: str
    activated: str


INDONESIAN = ReleaseWords(
    releases="Rilis",
    releases_help="Setiap rilis utuh dan tidak pernah berubah. Yang aktif melayani pelanggan.",
    none="Belum ada rilis",
    none_help="Sekarang berkas konfigurasi yang melayani. Penerbitan pertama menyimpannya dulu sebagai rilis 1.",
    release="Rilis {id}",
    active="Aktif",
    files_note="Berkas konfigurasi, seperti yang dilayani sebelum ada penerbitan",
    no_note="Tanpa catatan",
    first="Rilis pertama",
    tests_right="pesan uji {right}/{all} benar",
    accuracy="ketepatan {share}",
    overruled="Diterbitkan walau ditolak: {reason}",
    more="Tampilkan yang lebih lama",
    history="Riwayat aktif",
    served="{by}, {at}",
    compare="Bandingkan",
    compare_old="Dari",
    compare_new="Ke",
    draft="Draf",
    same="Isinya sama.",
    added="baru",
    removed="dihapus",
    changed="diubah",
    summary={"added": "{number} baru", "removed": "{number} dihapus", "changed": "{number} diubah"},
    pieces={
        "intent": "intent",
        "response": "respons",
        "lookup": "daftar kata",
        "regex": "pola",
        "synonyms": "sinonim",
        "out_of_scope": "di luar cakupan",
        "tests": "pesan uji",
        "slots": "slot",
        "forms": "formulir",
        "rules": "aturan",
    },
    lines_more="… dan {number} baris lagi",
    publish="Terbitkan",
    publish_title="Terbitkan draf",
    publish_help="Bot dilatih dan diperiksa dulu; pelanggan tetap dilayani seperti biasa. Kalau hasilnya lebih "
    "buruk dari batas, rilis ditolak dan tidak ada yang berubah.",
    note="Catatan rilis",
    note_help="Dibaca rekan Anda nanti: apa yang berubah, dan kenapa.",
    steps={
        "": "Menyiapkan",
        "normalise": "Membaca contoh",
        "embed words": "Membaca contoh",
        "embed sentences": "Membaca contoh",
        "fit": "Belajar",
        "cross-validate": "Memeriksa contoh",
        "calibrate": "Menimbang keyakinan",
        "try": "Mencoba pesan uji",
    },
    working="Sedang bekerja",
    working_help="Biasanya beberapa detik. Jendela ini boleh ditutup; pekerjaannya jalan terus.",
    published="Rilis {id} sudah melayani pelanggan",
    published_help="Berlaku mulai pesan berikutnya.",
    overtaken="Rekan Anda baru saja menerbitkan rilis {id}. Perbandingan di bawah sudah disesuaikan.",
    refused="Belum diterbitkan: hasilnya lebih buruk dari batas",
    refused_help="Yang melayani pelanggan tidak berubah, dan draf tetap ada.",
    passed="Tidak ada yang memburuk melewati batas.",
    not_judged="Hanya jawaban yang berubah; pemahaman sama seperti sebelumnya.",
    nothing_compared="Belum ada yang bisa dibandingkan.",
    balance="Dari {compared} contoh dan pesan uji yang sama: {lost} menjadi salah, {gained} menjadi benar.",
    by_intent="Per intent",
    got_worse="Menjadi salah ({number})",
    got_better="Menjadi benar ({number})",
    mistaken="contoh {intent}, kini dikira {predicted}",
    mended="contoh {intent}, dulu dikira {predicted}",
    and_more="… dan {number} lagi",
    overrule="Terbitkan juga",
    overrule_help="Alasannya disimpan di rilis ini selamanya dan terbaca oleh semua.",
    overrule_reason="Alasan tetap menerbitkan",
    reason_missing="Alasannya masih kosong.",
    activate="Kembali ke rilis ini",
    activate_title="Kembali ke rilis {id}",
    activate_help="Rilis {id} melayani mulai pesan berikutnya. Draf tidak berubah.",
    activate_reason="Alasan",
    activated="Rilis {id} melayani lagi.",
)

ENGLISH = ReleaseWords(
    releases="Releases",
    releases_help="Each release is whole and never changes. The active one serves customers.",
    none="There is no release yet",
    none_help="The configured files serve. The first publication keeps them as release 1 before anything else.",
    release="Release {id}",
    active="Active",
    files_note="The configured files, as they served before anything was published",
    no_note="No note",
    first="The first release",
    tests_right="{right}/{all} test messages right",
    accuracy="accuracy {share}",
    overruled="Published although refused: {reason}",
    more="Show older ones",
    history="What was active when",
    served="{by}, {at}",
    compare="Compare",
    compare_old="From",
    compare_new="To",
    draft="Draft",
    same="They say the same.",
    added="new",
    removed="removed",
    changed="changed",
    summary={"added": "{number} new", "removed": "{number} removed", "changed": "{number} changed"},
    pieces={
        "intent": "intent",
        "response": "response",
        "lookup": "word list",
        "regex": "pattern",
        "synonyms": "synonyms",
        "out_of_scope": "out of scope",
        "tests": "test messages",
        "slots": "slots",
        "forms": "forms",
        "rules": "rules",
    },
    lines_more="… and {number} more lines",
    publish="Publish",
    publish_title="Publish the draft",
    publish_help="The bot is trained and examined first; customers are served as always. If it turns out worse than "
    "the limits allow, the release is refused and nothing changes.",
    note="Note",
    note_help="For your colleagues, later: what changed, and why.",
    steps={
        "": "Preparing",
        "normalise": "Reading examples",
        "embed words": "Reading examples",
        "embed sentences": "Reading examples",
        "fit": "Learning",
        "cross-validate": "Examining examples",
        "calibrate": "Weighing confidence",
        "try": "Trying test messages",
    },
    working="At work",
    working_help="Some seconds, as a rule. You may close this window; the work goes on.",
    published="Release {id} serves customers",
    published_help="From the next message on.",
    overtaken="A colleague has just published release {id}. The comparison below is with that one now.",
    refused="Not published: it is worse than the limits allow",
    refused_help="What serves customers is as it was, and the draft is still there.",
    passed="Nothing got worse beyond the limits.",
    not_judged="Only answers changed; what is understood is as before.",
    nothing_compared="There is nothing yet to compare with.",
    balance="Of {compared} examples and test messages that both have: {lost} turned wrong, {gained} turned right.",
    by_intent="By intent",
    got_worse="Turned wrong ({number})",
    got_better="Turned right ({number})",
    mistaken="example of {intent}, now taken for {predicted}",
    mended="example of {intent}, was taken for {predicted}",
    and_more="… and {number} more",
    overrule="Publish all the same",
    overrule_help="The reason is kept with the release for ever, for everybody to read.",
    overrule_reason="Why it is published all the same",
    reason_missing="The reason is still empty.",
    activate="Go back to this release",
    activate_title="Go back to release {id}",
    activate_help="Release {id} serves from the next message on. The draft stays as it is.",
    activate_reason="Reason",
    activated="Release {id} serves again.",
)

RELEASE_WORDS = {"id": INDONESIAN, "en": ENGLISH}
