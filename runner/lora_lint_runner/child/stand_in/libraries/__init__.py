"""Small versions of packages that scripts are built on, for machines where they are not installed."""
