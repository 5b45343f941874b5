"""The language server: lora-lint's findings, fixes and the life of a model in every editor that speaks LSP."""
