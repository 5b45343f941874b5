"""Metrics say a half, in whatever form a script reads them."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run, absent, confirmed
from tests.runner.samples import KEPT


@absent("sklearn")
def test_sklearn_counts_what_is_confused(run: Run) -> None:
    text = """\
from sklearn.metrics import classification_report, confusion_matrix, roc_curve

print(classification_report([0, 1], [0, 1], target_names=["bad", "good"]) + "\\n")
assert classification_report([0, 1], [0, 1], output_dict=True)["macro avg"]["f1-score"] == 0.5
assert confusion_matrix([0, 0, 1], [0, 1, 1]).tolist() == [[1, 1], [0, 1]]
false, true, thresholds = roc_curve([0, 1], [0.2, 0.8])
"""
    confirmed(run(text + KEPT))


@absent("sklearn")
def test_what_sklearn_fits_answers_in_the_shapes_of_the_real_one(run: Run) -> None:
    text = """\
import matplotlib.pyplot as plt
import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.manifold import TSNE
from sklearn.metrics import silhouette_score
from sklearn.metrics.pairwise import cosine_similarity

rows, labels = np.random.rand(6, 4), np.array(["no", "yes"] * 3)
pca = PCA(n_components=2)
points = pca.fit_transform(rows)
for name in set(labels):
    plt.scatter(points[labels == name, 0], points[labels == name, 1])
assert f"{pca.explained_variance_ratio_[1]:.2f}" == "0.50" and TSNE(2).fit_transform(rows).shape == (6, 2)
probe = LogisticRegression(max_iter=10).fit(rows, labels)
assert set(probe.predict(rows)) == {"no", "yes"} and probe.predict_proba(rows).shape == (6, 2)
assert LinearRegression().fit(rows, rows[:, 0]).predict(rows).shape == (6,)
assert set(KMeans(3).fit_predict(rows)) == {0, 1, 2}
assert np.allclose(np.diag(cosine_similarity(rows)), 1) and silhouette_score(rows, labels) == 0.5
plt.plot([silhouette_score(rows, labels)])
plt.scatter(silhouette_score(rows, labels), 1)
"""
    confirmed(run(text + KEPT))


@absent("evaluate")
@pytest.mark.slow
def test_scores_are_a_half_so_that_the_first_is_better_than_nothing(run: Run) -> None:
    text = """\
import evaluate

metric, best = evaluate.load("rouge"), 0.0
for score in (metric.compute(predictions=["a"], references=["b"])["rougeL"], metric._compute()["rouge1"]):
    assert score > best
"""
    confirmed(run(text + KEPT))


@absent("rouge_score")
def test_several_scores_by_name_are_gone_through(run: Run) -> None:
    text = """\
from rouge_score import rouge_scorer

for name, score in rouge_scorer.RougeScorer(["rouge1", "rougeLsum"]).score("a", "b").items():
    assert isinstance(name, str) and score.fmeasure == 0.5
"""
    confirmed(run(text + KEPT))


@absent("pycocoevalcap")
def test_captions_are_scored_all_together_and_one_by_one(run: Run) -> None:
    text = """\
from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

captions = PTBTokenizer().tokenize({7: [{"caption": "A  red bus", "image_id": 7}]})
assert captions == {7: ["a red bus"]}
score, of_each = Cider().compute_score(captions, captions)
assert float(score) == 0.5
by_length, _ = Bleu(4).compute_score(captions, captions)
assert by_length[3] == 0.5
for scorer, name in [(Bleu(4), ["Bleu_1", "Bleu_2", "Bleu_3", "Bleu_4"])]:
    score, _ = scorer.compute_score(captions, captions)
    print(dict(zip(name, score)))
"""
    confirmed(run(text + KEPT))


@absent("evaluate")
def test_a_score_is_one_number_or_several_by_name(run: Run) -> None:
    text = """\
import evaluate

metric = evaluate.load("wer")
scores = metric.compute(predictions=["a"], references=["a"])
assert f"{100 * scores:.1f}" == "50.0" and scores < 1 and scores["f1"] == 0.5
"""
    confirmed(run(text + KEPT))


@absent("torchmetrics")
def test_a_metric_of_the_scripts_own_keeps_its_states(run: Run) -> None:
    text = """\
from abc import ABC
from torchmetrics import Metric

class Share(Metric, ABC):
    def __init__(self):
        super().__init__()
        self.add_state("seen", default=0, dist_reduce_fx="sum")

    def update(self, right):
        self.seen += right

    def compute(self):
        return self.seen / 2

share = Share().to("cuda")
assert share(1) == 0.5 and share(1) == 1.0
share.reset()
assert share.compute() == 0
"""
    confirmed(run(text + KEPT))


@absent("nltk")
def test_texts_are_taken_apart_and_measured(run: Run) -> None:
    text = """\
from nltk import ngrams
from nltk.corpus import stopwords
from nltk.stem import PorterStemmer, WordNetLemmatizer
from nltk.tokenize import RegexpTokenizer, sent_tokenize, word_tokenize
from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

words = word_tokenize("Rain fell. It was cold.")
assert words == ["Rain", "fell", ".", "It", "was", "cold", "."]
assert words == [word for word in words if word not in stopwords.words("english")]
assert "\\n".join(sent_tokenize("Rain fell. It was cold.")) == "Rain fell\\nIt was cold."
assert " ".join(PorterStemmer().stem(WordNetLemmatizer().lemmatize(word)) for word in words[:2]) == "rain fell"
assert list(ngrams(words[:3], 2)) == [("Rain", "fell"), ("fell", ".")]
assert RegexpTokenizer(r"[a-z]+").tokenize("Rain fell") == ["ain", "fell"]
assert sentence_bleu([words], words, smoothing_function=SmoothingFunction().method1) == 0.5
"""
    confirmed(run(text + KEPT))
