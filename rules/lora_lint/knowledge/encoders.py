"""Encoders for a field or a language that were pretrained only: uploads of no family's publisher, by their full names.

Each is known by its card on the hub: it was trained on masked text, so that it has no head for labels, and it is built
as the family is (by the `model_type` of its config). Uploads of the same owners that were finetuned, such as
`cardiffnlp/twitter-roberta-base-sentiment`, have other names.
"""

from __future__ import annotations

_BERT = """
allenai/scibert_scivocab_cased allenai/scibert_scivocab_uncased
bert-base-chinese google-bert/bert-base-chinese
cl-tohoku/bert-base-japanese cl-tohoku/bert-base-japanese-whole-word-masking tohoku-nlp/bert-base-japanese-v3
dbmdz/bert-base-german-cased dbmdz/bert-base-german-uncased dbmdz/bert-base-turkish-cased
dbmdz/bert-base-italian-cased dbmdz/bert-base-italian-xxl-cased
dccuchile/bert-base-spanish-wwm-cased dccuchile/bert-base-spanish-wwm-uncased
deepset/gbert-base deepset/gbert-large
deeppavlov/rubert-base-cased
dmis-lab/biobert-base-cased-v1.1 dmis-lab/biobert-base-cased-v1.2 dmis-lab/biobert-v1.1
emilyalsentzer/bio_clinicalbert emilyalsentzer/bio_discharge_summary_bert
google/muril-base-cased
hfl/chinese-bert-wwm-ext hfl/chinese-roberta-wwm-ext hfl/chinese-roberta-wwm-ext-large
klue/bert-base
microsoft/biomednlp-biomedbert-base-uncased-abstract microsoft/biomednlp-biomedbert-base-uncased-abstract-fulltext
microsoft/biomednlp-pubmedbert-base-uncased-abstract microsoft/biomednlp-pubmedbert-base-uncased-abstract-fulltext
neuralmind/bert-base-portuguese-cased neuralmind/bert-large-portuguese-cased
nlpaueb/legal-bert-base-uncased nlpaueb/legal-bert-small-uncased
yiyanghkust/finbert-pretrain
"""
_ROBERTA = """
allenai/biomed_roberta_base allenai/cs_roberta_base
cardiffnlp/twitter-roberta-base cardiffnlp/twitter-xlm-roberta-base
klue/roberta-base klue/roberta-large
microsoft/codebert-base microsoft/graphcodebert-base
vinai/bertweet-base vinai/bertweet-large vinai/phobert-base vinai/phobert-base-v2 vinai/phobert-large
"""
# by the name in lower case: its family
ENCODERS = {**dict.fromkeys(_BERT.split(), "bert"), **dict.fromkeys(_ROBERTA.split(), "roberta")}
