"""Scripts on sequences of proteins and on series in time, whose data are not here."""

from __future__ import annotations

from tests.runner.conftest import Run, carried


def test_sequences_are_called_as_in_the_table_beside_them_and_bare_weights_of_an_adapter_are_proved(run: Run) -> None:
    text = """\
import pandas as pd
import torch
from Bio import SeqIO
from peft import LoraConfig, get_peft_model_state_dict, inject_adapter_in_model
from safetensors.torch import save_file
from transformers import EsmModel, EsmTokenizer

name = "facebook/esm2_t6_8M_UR50D"
tokenizer = EsmTokenizer.from_pretrained(name)
scores = pd.read_csv("stability.tsv", sep="\\t", index_col="variant")["dG"]
rows = [(str(r.seq), scores[r.id]) for r in SeqIO.parse("variants.fasta", "fasta") if r.id in scores.index]
model = inject_adapter_in_model(LoraConfig(target_modules=["query"]), EsmModel.from_pretrained(name))
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad])
for sequence, score in [rows[place] for place in range(2)]:
    hidden = model(**tokenizer(sequence, return_tensors="pt")).last_hidden_state
    (hidden.mean() - torch.tensor(score, dtype=torch.float32)).pow(2).backward()
    optimizer.step()
save_file(get_peft_model_state_dict(model), "adapter.safetensors")
"""
    ran = run(text)
    assert ran.exit == 0, ran.json["reason"]
    assert ran.json["reason"].startswith("every save wrote what was predicted, with stand-ins")
    assert all(line["agrees"] is not False for line in ran.json["lines"])


def test_a_model_looks_as_far_back_and_ahead_as_it_is_given_series(run: Run) -> None:
    text = """\
import pandas as pd
import torch
from peft import LoraConfig, get_peft_model
from torch.utils.data import Dataset
from transformers import PatchTSMixerForPrediction

table = pd.read_csv("weather.csv", parse_dates=["date"])
series = torch.tensor(table[[c for c in table.columns if c != "date"]].values, dtype=torch.float32)


class Windows(Dataset):
    def __len__(self):
        return len(series) - 96 - 48

    def __getitem__(self, place):
        return series[None, place : place + 96], series[None, place + 96 : place + 144]


rows = Windows()
assert len(rows) > 2
model = PatchTSMixerForPrediction.from_pretrained("ibm-granite/granite-timeseries-patchtsmixer")
model = get_peft_model(model, LoraConfig(target_modules=["fc1", "fc2"]))
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad])
for past, future in [rows[place] for place in range(2)]:
    model(past_values=past, future_values=future).loss.backward()
    optimizer.step()
model.save_pretrained("out")
"""
    assert "weather.csv; rows are made up in its place" in carried(run(text))
