"""What the report says, in Indonesian and English, and how it writes numbers in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["id", "en"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """One language's sentences. Braces name what is filled in with `str.format`."""

    language: Language
    decimal: str
    thousands: str

    title: str
    basis: str
    warnings: str

    fate: str
    fate_right: str
    fate_wrong: str
    fate_asked: str
    fate_else: str

    accuracy: str
    accuracy_note: str
    macro_f1: str
    macro_f1_note: str
    ece: str
    ece_over: str
    ece_under: str
    answered: str
    answered_note: str
    refused: str
    refused_note: str
    latency: str
    latency_note: str
    embedded: str

    thieves: str
    thieves_lead: str
    no_thieves: str
    mutual: str
    one_way: str
    times: str
    other_pairs: str
    nothing: str

    map: str
    map_lead: str
    map_description: str
    map_across: str
    map_upwards: str
    map_rest: str

    trust: str
    reliability: str
    reliability_lead: str
    reliability_description: str
    reliability_across: str
    reliability_upwards: str
    risk: str
    risk_lead: str
    risk_description: str
    risk_across: str
    risk_upwards: str
    target: str
    thresholds: str
    limits: str
    limits_lead: str
    allowed: str
    covered: str
    threshold: str
    never: str

    intents: str
    intents_lead: str
    intent: str
    support: str
    precision: str
    recall: str
    others: str
    untested: str

    def percent(self, share: float, digits: int = 0) -> str:
        """0.632 as `63%`, or with decimals as `63,2%`."""
        return f"{share * 100:.{digits}f}".replace(".", self.decimal) + "%"

    def number(self, value: float, digits: int = 0) -> str:
        """2033 as `2.033`, or with decimals."""
        whole, _, rest = f"{value:,.{digits}f}".partition(".")
        return whole.replace(",", self.thousands) + (self.decimal + rest if rest else "")

    def duration(self, micros: float) -> str:
        """Microseconds as `144 µs`, `2,1 ms` or `1,3 s`."""
        if micros < 1000:
            return f"{self.number(micros)} µs"
        if micros < 1_000_000:
            return f"{self.number(micros / 1000, 1)} ms"
        return f"{self.number(micros / 1_000_000, 1)} s"


INDONESIAN = Words(
    language="id",
    decimal=",",
    thousands=".",
    title="Laporan pemahaman",
    basis="Mode {mode}. Dilatih dalam {time} dengan {train} contoh untuk {intents} maksud, lalu diuji dengan {test} "
    "pesan yang tidak ada dalam latihan.",
    warnings="Perhatian",
    fate="Nasib {test} pesan uji",
    fate_right="dijawab, benar",
    fate_wrong="dijawab, salah",
    fate_asked="ditanya balik, pilihan yang benar ada",
    fate_else="tidak terbantu: tanpa jawaban, atau pilihan yang benar tidak ada",
    accuracy="Akurasi",
    accuracy_note="maksud teratas benar; rentang 95%: {low} sampai {high}",
    macro_f1="Makro F1",
    macro_f1_note="rata-rata F1; setiap maksud berbobot sama",
    ece="ECE",
    ece_over="selisih keyakinan dan kenyataan; condong terlalu yakin",
    ece_under="selisih keyakinan dan kenyataan; condong kurang yakin",
    answered="Langsung dijawab",
    answered_note="{wrong} di antaranya salah",
    refused="Di luar cakupan ditahan",
    refused_note="pesan asing yang tidak dijawab",
    latency="Satu pesan",
    latency_note="median; p99 {p99}, rata-rata {mean}",
    embedded="{share} memakai vektor kalimat",
    thieves="Maksud yang saling mencuri",
    thieves_lead="Pasangan yang paling sering tertukar. Memperbaiki yang teratas paling banyak hasilnya.",
    no_thieves="Tidak ada pesan uji yang tertukar.",
    mutual="Saling mencuri: gabungkan bila jawabannya sama, atau tambah contoh yang menunjukkan bedanya pada keduanya.",
    one_way="Satu arah: tambah contoh seperti ini pada {truth}, atau pindahkan contoh {guess} yang mirip.",
    times="{count}× {truth} dikira {guess}",
    other_pairs="Masih ada {pairs} pasangan lain, masing-masing tertukar paling banyak {most}×.",
    nothing="(tidak dikenali)",
    map="Peta salah paham",
    map_lead="Baris adalah maksud sebenarnya, kolom adalah tebakan. Diagonal yang penuh berarti dikenali.",
    map_description="Dari {intents} maksud yang paling sering tertukar, {best} paling dikenali ({best_share}) dan "
    "{worst} paling jarang ({worst_share}).",
    map_across="Ditebak sebagai",
    map_upwards="Maksud sebenarnya",
    map_rest="lain",
    trust="Seberapa bisa dipercaya",
    reliability="Keyakinan dan kenyataan",
    reliability_lead="Titik di garis putus-putus: keyakinan 70% memang benar 70%. Di bawahnya model terlalu yakin. "
    "Batang di bawah: bagian pesan.",
    reliability_description="ECE {ece}. Keyakinan rata-rata → benar, per kelompok: {bins}.",
    reliability_across="keyakinan (atas) · bagian pesan (bawah)",
    reliability_upwards="benar",
    risk="Menjawab lebih banyak, salah lebih banyak",
    risk_lead="Makin rendah ambang keyakinan, makin banyak pesan dijawab dan makin banyak jawaban salah.",
    risk_description="Bila semua pesan dijawab, {all_wrong} salah. Dengan ambang model, {answered} dijawab dan {wrong} "
    "di antaranya salah. Batas yang diminta {target}.",
    risk_across="bagian pesan yang dijawab",
    risk_upwards="salah di antara yang dijawab",
    target="batas {target}",
    thresholds="ambang model",
    limits="Memilih batas",
    limits_lead="Berapa banyak pesan yang dapat dijawab bila sekian di antaranya boleh salah. "
    "Batasnya diatur di config.toml: understanding.target_wrong.",
    allowed="Boleh salah",
    covered="Dijawab",
    threshold="Ambang keyakinan",
    never="tidak tercapai",
    intents="Setiap maksud",
    intents_lead="Yang terlemah lebih dulu. Presisi: tebakan yang benar. Recall: pesan yang dikenali. "
    "F1: gabungan keduanya.",
    intent="Maksud",
    support="Uji",
    precision="Presisi",
    recall="Recall",
    others="{count} maksud lain, F1 mulai {least}",
    untested="tidak diuji",
)

ENGLISH = Words(
    language="en",
    decimal=".",
    thousands=",",
    title="Understanding report",
    basis="Mode {mode}. Trained in {time} on {train} examples of {intents} intents, then tested on {test} messages "
    "left out of training.",
    warnings="Warnings",
    fate="What became of {test} test messages",
    fate_right="answered, right",
    fate_wrong="answered, wrong",
    fate_asked="asked back, the right choice offered",
    fate_else="not helped: no answer, or the right choice not offered",
    accuracy="Accuracy",
    accuracy_note="best intent is right; 95% interval: {low} to {high}",
    macro_f1="Macro F1",
    macro_f1_note="mean F1; every intent weighs the same",
    ece="ECE",
    ece_over="gap between confidence and truth; leans to overconfident",
    ece_under="gap between confidence and truth; leans to underconfident",
    answered="Answered at once",
    answered_note="{wrong} of them wrong",
    refused="Out of scope held back",
    refused_note="strange messages left unanswered",
    latency="One message",
    latency_note="median; p99 {p99}, mean {mean}",
    embedded="{share} used sentence vectors",
    thieves="Intents that steal from each other",
    thieves_lead="The pairs mixed up most often. Mending the first gains the most.",
    no_thieves="No test message was mixed up.",
    mutual="They steal from each other: merge them if the answer is the same, or add examples to both that show the "
    "difference.",
    one_way="One way: add examples like these to {truth}, or move the examples of {guess} that resemble them.",
    times="{count}× {truth} taken for {guess}",
    other_pairs="{pairs} more pairs, each mixed up {most}× at most.",
    nothing="(not recognised)",
    map="Map of misunderstandings",
    map_lead="Rows are true intents, columns are guesses. A full diagonal means recognised.",
    map_description="Of the {intents} intents mixed up most, {best} is recognised best ({best_share}) and {worst} "
    "least ({worst_share}).",
    map_across="Taken for",
    map_upwards="True intent",
    map_rest="other",
    trust="How far to trust it",
    reliability="Confidence and truth",
    reliability_lead="A point on the dashed line: 70% confident is right 70% of the time. Below it the model is "
    "overconfident. Bars below: share of messages.",
    reliability_description="ECE {ece}. Mean confidence → right, by bin: {bins}.",
    reliability_across="confidence (above) · share of messages (below)",
    reliability_upwards="right",
    risk="Answering more, erring more",
    risk_lead="The lower the confidence asked for, the more messages are answered, and the more answers are wrong.",
    risk_description="With every message answered, {all_wrong} are wrong. At the model's thresholds {answered} are "
    "answered and {wrong} of those are wrong. The limit asked for is {target}.",
    risk_across="share of messages answered",
    risk_upwards="wrong among those answered",
    target="limit {target}",
    thresholds="model's thresholds",
    limits="Choosing a limit",
    limits_lead="How many messages can be answered if so many of the answers may be wrong. "
    "Set it in config.toml: understanding.target_wrong.",
    allowed="Wrong at most",
    covered="Answered",
    threshold="Confidence threshold",
    never="out of reach",
    intents="Every intent",
    intents_lead="Weakest first. Precision: guesses that are right. Recall: messages recognised. F1: both together.",
    intent="Intent",
    support="Tests",
    precision="Precision",
    recall="Recall",
    others="{count} more intents, F1 from {least}",
    untested="not tested",
)

WORDS: dict[Language, Words] = {"id": INDONESIAN, "en": ENGLISH}
