"""One rule a module, and its page beside it. Modules that begin with an underscore hold what several rules share."""
