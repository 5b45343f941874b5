"""From a script to findings: interpreted, judged by the rules, placed, silenced; one at a time or many."""
