// Bundles the extension and the page of the model's life into dist/, with the licences of what is bundled.
import fs from 'node:fs';
import path from 'node:path';

import { build } from 'esbuild';

const common = { bundle: true, minify: true, sourcemap: false, logLevel: 'warning', metafile: true };
const { metafile } = await build({
  ...common,
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  external: ['vscode'],
  platform: 'node',
  format: 'cjs',
  target: 'node20',
});
await build({ ...common, entryPoints: ['webview/life.ts', 'webview/life.css'], outdir: 'dist', format: 'iife', target: 'es2022' });

const packages = new Set(Object.keys(metafile.inputs).flatMap((file) => file.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []));
const licences = [...packages].sort().map((folder) => {
  const file = fs.readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  const { name, version, license } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return `${name} ${version} (${license})\n\n${file === undefined ? '' : fs.readFileSync(path.join(folder, file), 'utf8')}`;
});
fs.writeFileSync('dist/licences.txt', licences.join('\n\n---\n\n'));
