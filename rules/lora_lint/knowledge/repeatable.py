"""What a fix may write once more: calls that give the same when they are made again, and change nothing, and arguments
of a save that hold for another one."""

from __future__ import annotations

FUNCTIONS = frozenset(
    "os.path.join os.path.abspath os.path.normpath os.path.realpath os.path.expanduser os.path.expandvars "
    "os.path.dirname os.path.basename os.path.relpath os.fspath os.getenv os.environ.get os.getcwd posixpath.join "
    "pathlib.Path pathlib.PurePath pathlib.PosixPath pathlib.Path.cwd pathlib.Path.home "
    "builtins.str builtins.repr builtins.format builtins.int builtins.float builtins.len builtins.getattr "
    "builtins.isinstance builtins.hasattr builtins.type builtins.bool".split()
)
# of texts, paths and tables of settings
METHODS = frozenset(
    "join format format_map replace strip lstrip rstrip lower upper title capitalize removeprefix removesuffix zfill "
    "split rsplit partition rpartition joinpath with_name with_suffix with_stem resolve absolute expanduser as_posix "
    "relative_to get".split()
)

JOINS = frozenset({"os.path.join", "posixpath.join"})  # the last argument is the end of the path

# arguments of a save that are about who writes and who may read, rather than about what is written: a PeftModel takes
# them as a plain model does (peft 0.21.2, transformers 5.23, from the signatures)
WHO_WRITES = {
    "save_pretrained": ("is_main_process",),
    "push_to_hub": ("private", "token", "use_auth_token", "revision"),
}
