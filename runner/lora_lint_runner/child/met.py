"""What a run met on its way: what another attempt may need to know, and the journal does not tell."""

from __future__ import annotations

from typing import Any


class Met:
    """Noted by those who see it, read by those who judge how the script stopped."""

    def __init__(self) -> None:
        self.trained = False
        self.ended = False  # the script has ended
        self.over = False  # and been judged: what is called from now on is ours
        self.interrupted = False  # after its last save, as it took too long
        self.made_at: list[tuple[str, int]] = []  # files and rows, outermost first, that led to the newest adapter
        self.adapters_before: list[str] = []  # folders that held an adapter before the script ran
        self.adapters_made: dict[str, float] = {}  # folders of those that were made up, and when they were
        # its command line
        self.told = False  # taken from the project's own
        self.settings_given = False  # the project's own, which may be for another script
        self.told_columns: list[str] = []
        self.told_open: set[str] = set()  # options of it whose values are for its reader to fill in
        self.words: list[str] = []
        self.keys: list[str] = []  # variables of the environment that it names and that are not set
        self.variables: dict[str, None] = {}  # those that it has asked for in vain, in this order
        self.refused = ""  # what a parser said of it
        self.left_alone: list[Any] = []  # parsers that are a library's own: nothing is filled in
        self.rank_asked: dict[str, Any] | None = None  # where a trainer's local_rank was asked for
        self.set_in_vain: dict[str, dict[str, Any]] = {}  # older names of training arguments that it sets, and where
        self.caught: list[Exception] = []  # by handlers of its own that catch whatever comes
        self.times_caught = 0
        self.tried_in_vain: OSError | None = None  # the last one of these, if it is about a file
        self.times_at_an_end = 0  # that it caught the end of rows
        self.caught_in_training: Exception | None = None  # the first of them since a loss went back
        self.missed_packages: dict[str, None] = {}  # that it asked for, or whether they are there, in this order
        # files and data
        self.tiny = False  # a model is a tiny stand-in
        self.may_be_adapters: list[str] = []  # what unsloth loaded as models, by names that tell of none
        self.other_code = False  # for one whose own code lies on the hub
        self.looked_for: list[str] = []
        self.patterns: list[str] = []  # among these, what it has given to `glob`
        self.asked_at: dict[str, tuple[str, int]] = {}  # where it asked whether one of these is there
        self.weights: list[str] = []  # files that were taken for weights, until a model is given them
        self.histories: list[str] = []  # folders whose commits it has asked git for
        self.databases: list[str] = []  # of SQLite, that were empty when the script connected to them
        self.last_read = ""  # the name of a file that was made up, "" of a data set
        self.rows: dict[Any, list[dict[str, Any]]] = {}  # that were made up, by what is asked of them
        self.packed: set[str] = set()  # the names of files in archives that were made up
        self.tables: list[str] = []  # of databases, that were made up
        self.made_up_for: list[str] = []  # arguments that were given files with made-up rows
        self.arrays: set[str] = set()  # what was made up in arrays: pictures, labels, numbers
        self.gone_through: set[str] = set()  # packages that are not here, whose rows the script went through in vain
        self.downloaded = False  # files with made-up rows, from the repository of a data set
        self.cells: dict[str, str] = {}  # the column that a made-up text stands in
        self.keyed: set[str] = set()  # the names in made-up tables of JSON
        self.keyed_files: dict[str, set[str]] = {}  # those of each file
        self.losses = 0  # in training, of tokens
        self.masked = 0  # among these, of batches in which no token has a label
        self.alone = 0  # of batches whose only row is told apart from the others
        self.answered = False  # a model has generated answers
        self.taught_nothing = ""  # why the last one is of a batch of which nothing is to be learned
        self.fed: Any = None  # the batch that was made last as a model takes it
        self.texts_given = False  # a trainer that prepares its rows by itself was given some
        self.taken_for: dict[str, str] = {}  # what a column's texts were taken for: "image" or "audio"
        self.refused_hosts: set[str] = set()
        self.passed: list[tuple[str, int, int]] = []  # statements that were passed over
        self.asked = False  # a model that is trained, since the last backward pass
        self.on_the_way = False  # a statement was passed over since then
        self.cut_off = False  # a loss that came of such ones reaches no adapter
        # what it writes
        self.tmp_before = ""  # where libraries put temporary files as they were imported, of which nobody else knows
        self.last_checkpoint: Any = None
        self.deepspeed = False  # a trainer was to train with it
        self.adapters_after: list[str] = []  # adapters that are nowhere, loaded after the training
        self.weights_after = False  # weights that are nowhere were loaded so
        self.pushes: str | None = None  # the repository that a trainer would have pushed to
