import assert from 'node:assert/strict';
import { test } from 'node:test';

import { themed } from '../src/reportPanel';

test('the report takes the colours of the theme, and can load and run nothing', () => {
  const page = themed('<html><head><style>:root { --paper: #fff }</style></head><body>x</body></html>');
  assert.match(page, /<head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">/);
  assert.match(page, /--paper: var\(--vscode-editor-background\).*<\/style><\/head>/);
});
