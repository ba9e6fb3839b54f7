"""The contract of a kind of classifier, as tests. Subclass `ClassifierContract` and give it a pytest fixture `kind`:

    class TestMyClassifier(ClassifierContract):
        @pytest.fixture
        def kind(self):
            return MY_KIND

It is trained once for all tests, on a few messages to a small shop, which also hold what it is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from statistics import mean

from conversation.errors import DataError, ModelError, TanggapError
from intents.kinds import Kind, Lesson
from intents.model import Model
from intents.normalise import Normaliser
from intents.semantic import Embedder
from intents.understanding import Classifier, Normalized, Ranking

Messages = Mapping[str, tuple[str, ...]]
"""Messages by their intent."""

LEARNT: Messages = {
    "jam_buka": (
        "jam buka?", "buka jam berapa kak", "hari minggu buka ga", "tutup jam brp min", "masih buka ga sekarang",
        "jam operasional tokonya", "sampai jam berapa bukanya", "besok buka jam berapa",
    ),
    "ongkir": (
        "ongkir ke bandung berapa", "biaya kirim ke medan", "ongkos kirimnya brp kak", "gratis ongkir ga",
        "berapa biaya pengiriman ke papua", "ongkir jakarta surabaya", "cek ongkir dong", "ongkirnya mahal ga",
    ),
    "lacak_paket": (
        "paket saya sampai mana", "lacak paket dong", "resi saya kok ga gerak", "pesanan belum sampai",
        "paketku dimana ya min", "cek resi", "kapan paketnya sampai", "status pengiriman paket saya",
    ),
    "refund": (
        "uang saya kapan kembali", "refund gimana caranya", "minta uang kembali", "dana refund belum masuk",
        "mau refund dong", "proses refund berapa hari", "kapan refundnya cair", "uangnya belum dikembalikan",
    ),
}  # fmt: skip
"""Examples, by intent."""

TOLD: Messages = {
    "jam_buka": ("kak buka jam berapa ya", "minggu buka?", "tutupnya jam berapa", "jam bukanya kapan"),
    "ongkir": ("ongkir ke semarang brp", "biaya kirim berapa kak", "ongkos kirim ke bali", "cek ongkir ke aceh"),
    "lacak_paket": ("paket sy sampai mana", "tolong lacak paket", "resi ga gerak min", "paketnya belum sampai"),
    "refund": ("kapan uang kembali", "refund saya belum masuk", "cara refund", "uangnya kapan dikembalikan"),
}
"""Other messages of the same intents."""

OUTSIDE = (
    "cuaca besok gimana",
    "siapa presiden sekarang",
    "resep rendang dong",
    "bola tadi malam skornya",
    "aku laper",
)
STRANGE = ("", " ", "🙏", "?!?!", "\x00\x1b[2J", "ＡＢＣ ½", "a" * 5000, "buka " * 1000, "\ud83d", "{nama_toko}")
EPSILON = 1e-6


@cache
def normaliser() -> Normaliser:
    """The normaliser that comes along."""
    return Normaliser.load()


def lesson(embedder: Embedder | None = None) -> Lesson:
    """What all kinds are taught."""
    return Lesson(
        examples=[(text, intent) for intent, texts in LEARNT.items() for text in texts],
        out_of_scope=["film apa yang bagus", "nanti malam hujan ga", "kamu jomblo ya", "harga emas hari ini"],
        normaliser=normaliser(),
        embedder=embedder,
    )


def normalised(texts: Sequence[str]) -> list[Normalized]:
    """Texts as a classifier is given them."""
    return [normaliser().normalise(text) for text in texts]


class ClassifierContract:
    """Everything that a kind of classifier has to do, one behaviour a test."""

    def embedder(self) -> Embedder | None:
        """For kinds that want one: override it."""
        return None

    def trained(self, kind: Kind) -> Model:
        """A model, trained once for each kind."""
        if id(kind) not in _TRAINED:
            _TRAINED[id(kind)] = kind, kind.train(lesson(self.embedder()))
        return _TRAINED[id(kind)][1]

    def classifier(self, kind: Kind) -> Classifier:
        """Its classifier."""
        return self.trained(kind).classifier

    def test_candidates_come_best_first_with_confidences_that_are_shares(self, kind: Kind) -> None:
        for text in normalised([*every(LEARNT), *every(TOLD), *OUTSIDE, *STRANGE]):
            assert_sound(self.classifier(kind).rank(text))

    def test_most_of_what_it_has_learnt_it_knows(self, kind: Kind) -> None:
        assert accuracy(self.classifier(kind), LEARNT) >= 0.75

    def test_other_words_for_the_same_are_understood_more_often_than_not(self, kind: Kind) -> None:
        assert accuracy(self.classifier(kind), TOLD) > 0.5

    def test_its_confidence_says_how_often_it_is_right(self, kind: Kind) -> None:
        classifier = self.classifier(kind)
        sure = mean(best(classifier.rank(text))[1] for text in normalised(every(TOLD)))
        assert abs(sure - accuracy(classifier, TOLD)) < 0.3

    def test_what_is_none_of_its_business_is_less_in_scope(self, kind: Kind) -> None:
        classifier = self.classifier(kind)
        own, strange = (
            mean(classifier.rank(text).in_scope for text in normalised(texts)) for texts in (every(TOLD), OUTSIDE)
        )
        assert own > strange + 0.1

    def test_many_texts_are_ranked_as_each_alone_and_in_order(self, kind: Kind) -> None:
        classifier, texts = self.classifier(kind), normalised([*every(TOLD), *STRANGE])
        assert_same(classifier.rank_many(texts), [classifier.rank(text) for text in texts])
        assert classifier.rank_many([]) == []

    def test_threads_can_share_it(self, kind: Kind) -> None:
        classifier, texts = self.classifier(kind), normalised(every(TOLD)) * 5
        expected = [classifier.rank(text) for text in texts]
        with ThreadPoolExecutor(4) as pool:
            assert_same(list(pool.map(classifier.rank, texts)), expected)

    def test_it_can_say_why_for_any_intent_and_any_text(self, kind: Kind) -> None:
        for text in normalised([*TOLD["ongkir"], *STRANGE]):
            for intent in LEARNT:
                for part, weight in self.classifier(kind).explain(text, intent):
                    assert isinstance(part, str)
                    assert isinstance(weight, float)

    def test_the_report_and_the_thresholds_come_with_the_model(self, kind: Kind) -> None:
        model = self.trained(kind)
        report, thresholds = model.report, model.thresholds
        assert set(report.intents) == set(LEARNT)
        assert report.n_train == len(every(LEARNT))
        assert report.accuracy is not None
        assert 0 <= report.accuracy <= 1
        assert 0 < thresholds.clarify <= thresholds.answer <= 1
        assert 0 <= thresholds.in_scope <= 1

    def test_the_same_lesson_gives_the_same_model(self, kind: Kind) -> None:
        again = kind.train(lesson(self.embedder())).classifier
        texts = normalised(every(TOLD))
        assert_same(again.rank_many(texts), self.classifier(kind).rank_many(texts))

    def test_a_model_that_was_saved_ranks_as_before(self, kind: Kind, tmp_path: Path) -> None:
        model, path = self.trained(kind), tmp_path / "model.tgm"
        kind.save(model, path)
        loaded = kind.load(path, self._given)
        assert (loaded.report, loaded.thresholds, loaded.meta) == (model.report, model.thresholds, model.meta)
        texts = normalised([*every(TOLD), *OUTSIDE])
        assert_same(loaded.classifier.rank_many(texts), model.classifier.rank_many(texts), tolerance=0.02)

    def test_a_file_that_is_none_of_its_models_is_refused(self, kind: Kind, tmp_path: Path) -> None:
        path = tmp_path / "model.tgm"
        raised(ModelError, lambda: kind.load(path, self._given))
        path.write_bytes(b"bukan model")
        raised(ModelError, lambda: kind.load(path, self._given))

    def test_a_file_that_is_damaged_is_refused(self, kind: Kind, tmp_path: Path) -> None:
        path = tmp_path / "model.tgm"
        kind.save(self.trained(kind), path)
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
        raised(ModelError, lambda: kind.load(path, self._given))

    def test_from_nothing_nothing_is_learnt(self, kind: Kind) -> None:
        for examples in ([], [("jam buka?", "jam_buka")]):
            few = Lesson(examples=examples, normaliser=normaliser(), embedder=self.embedder())
            raised(DataError, partial(kind.train, few))

    def _given(self) -> Embedder:
        embedder = self.embedder()
        assert embedder is not None, "this kind asks for an embedder while it serves: give the suite one"
        return embedder


_TRAINED: dict[int, tuple[Kind, Model]] = {}
"""Models by the identity of their kinds, which are kept so that it stays theirs."""


def every(messages: Messages) -> list[str]:
    """The texts of all intents."""
    return [text for texts in messages.values() for text in texts]


def best(ranking: Ranking) -> tuple[str, float]:
    """The first candidate and its confidence."""
    return (ranking.candidates[0].intent, ranking.candidates[0].confidence) if ranking.candidates else ("", 0.0)


def accuracy(classifier: Classifier, messages: Messages) -> float:
    """The share of messages whose best intent is the right one."""
    return mean(
        best(classifier.rank(text))[0] == intent for intent, texts in messages.items() for text in normalised(texts)
    )


def assert_sound(ranking: Ranking) -> None:
    """Candidates are known, no intent comes twice, and the numbers are what they promise to be."""
    confidences = [candidate.confidence for candidate in ranking.candidates]
    names = [candidate.intent for candidate in ranking.candidates]
    assert set(names) <= set(LEARNT)
    assert len(set(names)) == len(names)
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= confidence <= 1 + EPSILON for confidence in confidences)
    assert sum(confidences) <= 1 + EPSILON
    assert 0 <= ranking.in_scope <= 1


def assert_same(found: Sequence[Ranking], expected: Sequence[Ranking], tolerance: float = 1e-4) -> None:
    """Two rankings of the same texts agree, as far as `tolerance` lets their confidences differ."""
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert abs(one.in_scope - other.in_scope) <= tolerance
        mine = {each.intent: each.confidence for each in one.candidates}
        theirs = {each.intent: each.confidence for each in other.candidates}
        assert all(abs(mine.get(name, 0.0) - theirs.get(name, 0.0)) <= tolerance for name in {*mine, *theirs})


def raised(kind: type[TanggapError], attempt: Callable[[], object]) -> None:
    """Assert that an attempt raises this error."""
    try:
        attempt()
    except kind:
        return
    raise AssertionError(f"expected {kind.__name__}")
