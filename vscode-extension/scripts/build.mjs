// Bundles the extension and the page of the model's life into dist/.
import { build } from 'esbuild';

const common = { bundle: true, minify: true, sourcemap: false, logLevel: 'warning' };
await build({
  ...common,
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  external: ['vscode'],
  platform: 'node',
  format: 'cjs',
  target: 'node20',
});
await build({ ...common, entryPoints: ['webview/life.ts', 'webview/life.css'], outdir: 'dist', format: 'iife', target: 'es2022' });
