"""Names of numbers that are never below zero: losses, scores, errors.

The functions and scores by their definitions. The losses that transformers' models give of themselves are cross
entropies, squared errors, CTC and distances of boxes (5.23.0, `loss/loss_utils.py`); the likelihoods of its models for
time series may be negative, and go by the same name. Correlations, R² and rewards are left out.
"""

from __future__ import annotations

LOSS = "loss"  # of what a model gives
SCORES = frozenset(
    name
    for score in "accuracy f1 precision recall wer cer perplexity exact_match bleu rouge1 rouge2 rougeL".split()
    for name in (score, f"eval_{score}")
)
FUNCTIONS = frozenset(
    [
        "builtins.abs",
        *(f"{library}.{name}" for library in ("math", "numpy", "torch") for name in ("exp", "sqrt")),
        *(f"{library}.{name}" for library in ("numpy", "torch") for name in ("abs", "square")),
        *(
            f"torch.nn.functional.{name}"
            for name in "cross_entropy mse_loss l1_loss smooth_l1_loss huber_loss binary_cross_entropy "
            "binary_cross_entropy_with_logits".split()
        ),
        *(
            f"sklearn.metrics.{name}"
            for name in "accuracy_score balanced_accuracy_score f1_score fbeta_score precision_score recall_score "
            "jaccard_score roc_auc_score average_precision_score log_loss hamming_loss mean_squared_error "
            "root_mean_squared_error mean_absolute_error".split()
        ),
        "jiwer.wer",
        "jiwer.cer",
    ]
)
# modules of `torch.nn` that give one
LOSSES = frozenset(
    f"torch.nn.{name}"
    for name in "CrossEntropyLoss MSELoss L1Loss SmoothL1Loss HuberLoss BCELoss BCEWithLogitsLoss TripletMarginLoss "
    "MarginRankingLoss".split()
)
# what these give of numbers that are never below zero is not below it either
AVERAGES = frozenset(
    "builtins.sum builtins.round builtins.min numpy.mean numpy.median numpy.sum torch.mean torch.sum torch.stack "
    "statistics.mean statistics.fmean".split()
)
LARGEST = "builtins.max"  # of several numbers: one that is not below zero is enough
# methods of tensors that give such a number of such numbers
OF_TENSORS = frozenset(
    "item mean sum detach cpu float double half numpy tolist max min square sqrt squeeze clone".split()
)
# methods of tensors that give such a number, whatever it is made of
ALWAYS = frozenset("exp abs norm size numel dim argmax".split())
