"""Neovim's own client."""

from __future__ import annotations

from pathlib import Path

from scripts import LOST
from terminal import run, snippet

# Opens, waits for the finding, takes the first fix, hovers, saves.
STEPS = """
local function say(...) io.stdout:write(table.concat({...}, ' ') .. '\\n') end
local function wait(what, holds)
  if not vim.wait(120000, holds, 20) then say('never:', what); vim.cmd('cquit 1') end
end
wait('a diagnostic', function() return #vim.diagnostic.get(0) > 0 end)
local found = vim.diagnostic.get(0)[1]
say('line', found.lnum + 1, found.message)
local client = vim.tbl_values(vim.lsp.buf_get_clients(0))[1]
say('client', client.name, client.offset_encoding)
vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
local params = vim.lsp.util.make_range_params(0, client.offset_encoding)
params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(0, found.lnum) }
local function ask(method, what) return vim.lsp.buf_request_sync(0, method, what, 120000)[client.id].result end
local actions = ask('textDocument/codeAction', params)
say('action', actions[1].title)
local position = vim.lsp.util.make_position_params(0, client.offset_encoding)
say('hover', (ask('textDocument/hover', position).contents.value:gsub('\\n', ' ')))
say('lenses', #ask('textDocument/codeLens', { textDocument = params.textDocument }))
vim.lsp.util.apply_workspace_edit(actions[1].edit, client.offset_encoding)
wait('the diagnostic to go', function() return #vim.diagnostic.get(0) == 0 end)
vim.cmd('silent write')
vim.lsp.stop_client(client.id)
wait('the server to end', function() return client.is_stopped() end)
vim.cmd('qall!')
"""


def test_neovim_shows_and_corrects_a_finding(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(LOST)
    (tmp_path / "init.lua").write_text(snippet("neovim"))
    (tmp_path / "steps.lua").write_text(STEPS)
    said = run(["nvim", "--headless", "-n", "-u", "init.lua", "train.py", "-c", "luafile steps.lua"], tmp_path)
    assert 'line 15 "out" gets the merged model' in said
    assert "client lora-lint utf-16" in said
    assert 'action Save the adapter to "out-adapter" before the merge' in said
    assert "Saving here writes" in said
    assert "lenses 2" in said
    assert 'model.save_pretrained("out-adapter")\nmerged = ' in (tmp_path / "train.py").read_text()
