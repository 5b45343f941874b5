"""What a fix is written with: the editor, where statements stand, and how what it needs is called there."""
