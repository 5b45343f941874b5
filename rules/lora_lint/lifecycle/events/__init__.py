"""What happens to models: one class for each kind of event, which says what it means and what is told of it.

`models` come to be, get adapters and lose them; what it takes to be trained is in `training`, what is written and
looked for in `disk`, and how the script treats what it holds in `script`. `kind` has the words for all of them.
"""
