"""Scripts to be linted and run, some with test modules of their own: none of them is a test of this project."""

collect_ignore_glob = ["*"]
