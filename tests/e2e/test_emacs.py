"""Emacs with eglot."""

from __future__ import annotations

from pathlib import Path

from scripts import LOST
from terminal import run, snippet

START = """
(setq package-directory-list (list "/usr/share/emacs/site-lisp/elpa"))
(package-initialize)
(setq eglot-sync-connect 30 eglot-autoshutdown t eglot-send-changes-idle-time 0
      eglot-confirm-server-initiated-edits nil make-backup-files nil flymake-no-changes-timeout 0.1)
"""
# Opens, waits for the finding, takes the first fix, saves. Without a screen `eglot-ensure` waits for a command that
# never comes, so the server that the snippet names is started by hand.
STEPS = """
(require 'eglot)
(require 'flymake)
(defun wait-for (what holds)
  (let ((end (+ (float-time) 120)) result)
    (while (and (not (setq result (funcall holds))) (< (float-time) end)) (accept-process-output nil 0.05))
    (unless result (princ (format "never: %s\\n" what)) (kill-emacs 1))
    result))
(find-file "train.py")
(princ (format "hooked %s\\n" (and (memq 'eglot-ensure python-mode-hook) t)))
(apply #'eglot (eglot--guess-contact))
(wait-for "the server" #'eglot-managed-p)
(flymake-start)
(wait-for "a diagnostic" #'flymake-diagnostics)
(let ((found (car (flymake-diagnostics))))
  (princ (format "line %d %s\\n" (line-number-at-pos (flymake-diagnostic-beg found)) (flymake-diagnostic-text found)))
  (goto-char (flymake-diagnostic-beg found)))
(let ((action (seq-find (lambda (each) (equal (plist-get each :kind) "quickfix"))
                        (eglot-code-actions (point) (1+ (point))))))
  (princ (format "action %s\\n" (plist-get action :title)))
  (eglot--apply-workspace-edit (plist-get action :edit) nil))
(eglot--signal-textDocument/didChange)
(wait-for "the diagnostic to go"
          (lambda () (accept-process-output nil 0.2) (flymake-start) (null (flymake-diagnostics))))
(save-buffer)
(kill-emacs 0)
"""


def test_emacs_shows_and_corrects_a_finding(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(LOST)
    (tmp_path / "steps.el").write_text(START + snippet("emacs") + STEPS)
    said = run(["emacs", "-Q", "--batch", "-l", "steps.el"], tmp_path)
    assert "hooked t" in said
    assert 'line 15 lora-lint [LL101]: "out" gets the merged model' in said
    assert 'action Save the adapter to "out-adapter" before the merge' in said
    assert 'model.save_pretrained("out-adapter")\nmerged = ' in (tmp_path / "train.py").read_text()
