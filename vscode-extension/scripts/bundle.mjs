// Puts lora-lint's own Python code into bundled/, with the list of libraries that the server stands on.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { parse } from 'smol-toml';

const extension = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const repository = path.dirname(extension);
const bundled = path.join(extension, 'bundled');
const project = parse(fs.readFileSync(path.join(repository, 'pyproject.toml'), 'utf8'));

fs.rmSync(bundled, { recursive: true, force: true });
fs.mkdirSync(bundled, { recursive: true });
for (const source of project.tool.hatch.build.targets.wheel.packages) {
  fs.cpSync(path.join(repository, source), path.join(bundled, 'lora-lint', path.basename(source)), {
    recursive: true,
    filter: (file) => !/(^|[\\/])__pycache__$|\.pyc$/.test(file),
  });
}
const requirements = [...project.project.dependencies, ...project.project['optional-dependencies'].lsp];
fs.writeFileSync(path.join(bundled, 'requirements.txt'), requirements.join('\n') + '\n');
fs.copyFileSync(path.join(extension, 'scripts', 'start.py'), path.join(bundled, 'start.py'));
fs.copyFileSync(path.join(repository, 'LICENSE'), path.join(extension, 'LICENSE'));
