"""The standard library of Python, and what of numpy is used like it."""

from __future__ import annotations

from lora_lint.knowledge.asking import ASKING_OF_PYTHON, OF_METADATA
from lora_lint.knowledge.rows import Plain, Table, row, rows

FINDS = ("search", "match", "fullmatch")

_EVENT_LOOPS = "get_running_loop get_event_loop new_event_loop"  # functions that give one

STANDARD = {
    "os": Table(
        functions={
            "path.join": row("join_path"),
            "path.dirname": row("parent_path", "path"),
            "path.basename": row("path_name", "path"),
            **rows(
                "same_path", "path.abspath path.normpath path.realpath path.expanduser path.expandvars fspath", "path"
            ),
            **rows("exists", "path.exists path.isfile path.isdir", "path"),
            "path.split": row("split_path", "p"),
            "path.splitext": row("split_suffix", "p"),
            "getenv": row("environment", "key default"),
            "environ.get": row("environment", "key default"),
            "environ.pop": row("environment", "key default", takes=True),
            "environ.setdefault": row("environment", "key default"),
            "environ.__getitem__": row("environment", "key"),
            **rows("remove", "remove unlink", "path", file=True),
            **rows("remove", "removedirs rmdir", "path"),
            **rows("move", "rename renames replace", "src dst"),
            **rows("unknown", "makedirs mkdir getcwd path.getsize"),
            **rows("list_files", "listdir scandir walk", "path"),
            "_exit": row("exit"),
            "chdir": row("change_directory", "path"),
            **rows("command", "system popen", "args"),
        },
        attributes={
            "os": {"sep": Plain("/"), "pardir": Plain(".."), "curdir": Plain(".")},
            "path": {"sep": Plain("/"), "pardir": Plain(".."), "curdir": Plain(".")},
        },
    ),
    "pathlib": Table(
        functions=rows("path", "Path PurePath PosixPath PurePosixPath"),
        methods={
            "Path": {
                **rows("move", "rename replace", "dst", receiver="src"),
                "unlink": row("remove", receiver="path", file=True),
                "rmdir": row("remove", receiver="path"),
                **rows("exists", "exists is_file is_dir", receiver="path"),
                **rows("search", "glob rglob", "pattern", receiver="path"),
                "iterdir": row("list_files", receiver="path"),
                "write_text": row("record"),
                **rows("read_file", "open read_bytes read_text stat", receiver="f"),
            }
        },
    ),
    "glob": Table(functions=rows("search", "glob iglob", "pathname")),
    "subprocess": Table(
        functions=rows("command", "run call check_call check_output Popen getoutput getstatusoutput", "args")
    ),
    "shutil": Table(
        functions={
            "rmtree": row("remove", "path"),
            "move": row("move", "src dst"),
            "copytree": row("copy", "src dst", whole=True),
            **rows("copy", "copy copy2 copyfile", "src dst"),
            "make_archive": row("copy", "dst format src"),
        }
    ),
    "sys": Table(functions={"exit": row("exit")}),
    "copy": Table(functions={"deepcopy": row("deepcopy", "x"), "copy": row("shallow", "x")}),
    "functools": Table(
        functions={
            "partial": row("partial", "func"),
            "partialmethod": row("partial", "func", method=True),
            "reduce": row("reduce", "function iterable initial"),
            **rows("decorator", "cache lru_cache"),
            "wraps": row("later", "wrapped", named_only=True),
            "wraps.call": row("second", "wrapped wrapper", named_only=True),
            "singledispatch": row("dispatcher", "func"),
        },
        methods={"singledispatch": {"__call__": row("dispatch"), "register": row("register_for")}},
    ),
    "operator": Table(
        functions={
            **rows("later", "methodcaller attrgetter itemgetter", "name"),
            "methodcaller.call": row("call_method"),
            "attrgetter.call": row("get_attribute"),
            "itemgetter.call": row("get_items"),
        }
    ),
    "contextlib": Table(
        functions={
            "nullcontext": row("context", "enter_result", kind="null"),
            "chdir": row("context", "path", kind="elsewhere"),
            "suppress": row("context", kind="suppress"),
            "contextmanager": row("identity", "func"),
            "ContextDecorator.inside": row("inside", "manager function"),
            "asynccontextmanager": row("identity", "func"),
            **rows("context", "ExitStack AsyncExitStack", kind="stack"),
            "redirect_stdout": row("context", kind="null"),
        },
        methods={
            "ExitStack": {
                **rows("on_exit", "callback push_async_callback", "callback"),
                **rows("enter_on", "enter_context enter_async_context", "cm"),
                **rows("close_stack", "close aclose"),
            }
        },
    ),
    "contextvars": Table(
        functions={"ContextVar": row("make", "name")},
        methods={
            "ContextVar": {
                "get": row("get_in_context", "default"),
                "set": row("set_in_context", "value"),
                "reset": row("reset_in_context", "token"),
            }
        },
    ),
    "atexit": Table(functions={"register": row("at_exit", "func", registers=True), "unregister": row("quiet")}),
    "json": Table(functions={"dump": row("record", holds=True)}),
    "re": Table(
        functions={
            "escape": row("re_escape", "pattern"),
            "compile": row("re_compile", "pattern flags"),
            **{how: row("re_find", "pattern string flags", how=how) for how in FINDS},
        },
        methods={"Pattern": {how: row("re_find", "string", how=how) for how in FINDS}},
    ),
    "math": Table(attributes={"math": {"inf": Plain(float("inf"))}}),
    "numpy": Table(
        functions=rows("handed", "save savez savez_compressed"), attributes={"numpy": {"inf": Plain(float("inf"))}}
    ),
    "enum": Table(functions={"auto": row("make")}),
    "tempfile": Table(
        functions={
            "TemporaryDirectory": row("context", kind="temporary"),
            **rows("fresh", "mkdtemp mktemp mkstemp NamedTemporaryFile", kind="builtins.str", once=True),
            "gettempdir": row("unknown"),
        }
    ),
    "importlib": Table(functions={"import_module": row("import_module", "name package"), **OF_METADATA}),
    **ASKING_OF_PYTHON,
    "types": Table(
        functions={
            "SimpleNamespace": row("namespace"),
            "MethodType": row("bind_method", "function object"),
            "MappingProxyType": row("first", "mapping"),
        }
    ),
    "dataclasses": Table(
        functions={
            "dataclass": row("decorator"),
            "field": row("fields"),
            "asdict": row("as_dict", "obj"),
            "fields": row("fields_of", "obj"),
            "replace": row("changed_copy", "obj"),
        }
    ),
    "argparse": Table(
        functions={"ArgumentParser": row("make"), "Namespace": row("namespace")},
        methods={
            "ArgumentParser": {
                "add_argument": row("add_option"),
                "add_argument_group": row("self"),
                "add_mutually_exclusive_group": row("exclusive_group", "required"),
                "add_subparsers": row("self"),
                "add_parser": row("self"),
                "set_defaults": row("set_defaults"),
                "parse_args": row("parse_options"),
                "parse_known_args": row("parse_options", tupled=True),
                **rows("exit", "error exit"),
            }
        },
    ),
    "concurrent": Table(
        functions=rows("context", "futures.ThreadPoolExecutor futures.ProcessPoolExecutor", kind="executor"),
        methods={
            "futures.ThreadPoolExecutor": {"submit": row("submit", "fn"), "map": row("map", "function")},
            "futures.ProcessPoolExecutor": {"submit": row("submit", "fn"), "map": row("map", "function")},
            "futures.Future": {"result": row("result")},
        },
    ),
    "threading": Table(
        functions={"Thread": row("make", "group target name args kwargs")},
        methods={"Thread": {"start": row("start_thread"), "run": row("start_thread"), "join": row("quiet")}},
    ),
    "collections": Table(
        functions={
            "OrderedDict": row("dict", uses_up=True),
            "OrderedDict.fromkeys": row("from_keys", "iterable value"),
            "ChainMap": row("chain_map"),
            "defaultdict": row("default_dict", "factory", uses_up=True),
            "UserDict": row("dict", uses_up=True),
            "Counter": row("open_dict", uses_up=True),
            "deque": row("list", "iterable"),
            "namedtuple": row("namedtuple", "typename field_names"),
            "namedtuple.new": row("new_tuple"),
        },
        methods={"namedtuple": {"_replace": row("changed_copy"), "_asdict": row("as_dict")}},
    ),
    "weakref": Table(
        functions={
            **rows("dict", "WeakValueDictionary WeakKeyDictionary"),
            "finalize": row("handed", "obj func"),
            "ref": row("later", "object"),
            "ref.call": row("identity"),
            "proxy": row("first", "object"),
        }
    ),
    "asyncio": Table(
        functions={
            "to_thread": row("delegate", "func"),
            "gather": row("gather"),
            **rows("first", "run create_task ensure_future wait_for shield", "main"),
            **rows("make", _EVENT_LOOPS),
        },
        methods={
            maker: {
                "run_in_executor": row("delegate", "executor func"),
                **rows("first", "run_until_complete create_task", "main"),
                **rows("quiet", "close stop"),
            }
            for maker in _EVENT_LOOPS.split()
        },
    ),
    "itertools": Table(
        functions={
            "chain": row("chain"),
            "chain.from_iterable": row("chain", nested=True),
            "starmap": row("map", "function", star=True),
            "product": row("product"),
        }
    ),
    "multiprocessing": Table(
        functions={"Process": row("make", "group target name args kwargs")},
        methods={"Process": {"start": row("start_thread"), "run": row("start_thread"), "join": row("quiet")}},
    ),
    # what is `once` comes in no other run
    "uuid": Table(functions=rows("fresh", "uuid1 uuid4", once=True)),
    "time": Table(
        functions={
            **rows("fresh", "time time_ns localtime gmtime", once=True),
            **rows("fresh", "perf_counter monotonic"),
            "strftime": row("dated", "format t"),
        }
    ),
    "datetime": Table(
        functions={
            **rows("fresh", "datetime.now datetime.today datetime.utcnow now", once=True),
            **rows("fresh", "date.today"),
        }
    ),
    "random": Table(
        functions={**rows("fresh", "random randint randrange uniform getrandbits"), **rows("choice", "choice")}
    ),
    "secrets": Table(
        functions={
            **rows("fresh", "token_hex token_urlsafe", once=True),
            **rows("fresh", "randbelow"),
            **rows("choice", "choice"),
        }
    ),
    "abc": Table(functions={"abstractmethod": row("identity", "func")}),
    "typing": Table(
        functions={"cast": row("second", "typ val")},
        methods={"NamedTuple": {"_replace": row("changed_copy"), "_asdict": row("as_dict")}},
    ),
}
