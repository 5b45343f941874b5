// Fills bundled/ with what the extension carries of Python: lora-lint's own code, the list of libraries that it stands
// on, and in a build for one platform these libraries themselves, for every Python that the platform has wheels for.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { parse } from 'smol-toml';

const extension = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const repository = path.dirname(extension);
const bundled = path.join(extension, 'bundled');
const project = parse(fs.readFileSync(path.join(repository, 'pyproject.toml'), 'utf8'));
const requirements = [...project.project.dependencies, ...project.project['optional-dependencies'].lsp];

// LibCST's native part has the Python in its name, so all of them lie side by side in one folder.
const PYTHONS = ['3.10', '3.11', '3.12', '3.13', '3.14'];
export const TARGETS = {
  'linux-x64': 'manylinux_2_28_x86_64',
  'linux-arm64': 'manylinux_2_28_aarch64',
  'alpine-x64': 'musllinux_1_2_x86_64',
  'alpine-arm64': 'musllinux_1_2_aarch64',
  'darwin-arm64': 'macosx_11_0_arm64',
  'win32-x64': 'win_amd64',
  'win32-arm64': 'win_arm64',
};
// The pure libraries, those that only old Pythons need among them.
const PURE = ['attrs', 'cattrs', 'lsprotocol', 'packaging', 'pathspec', 'pygls', 'typing-extensions'];
// PyYAML does without its native part, which is left out: what any platform's wheel has besides is pure.
const YAML = 'pyyaml';
const ONLY_OLD = { exceptiongroup: '1.3.2', tomli: '2.5.0' };

/** Fills the folder, for one platform where it is named. */
export function bundle(target) {
  fs.rmSync(bundled, { recursive: true, force: true });
  for (const source of project.tool.hatch.build.targets.wheel.packages) {
    copy(path.join(repository, source), path.join(bundled, 'lora-lint', path.basename(source)));
  }
  const pins = pinned();
  fs.writeFileSync(path.join(bundled, 'requirements.txt'), lines(requirements));
  fs.writeFileSync(path.join(bundled, 'constraints.txt'), lines([...pins].map(([name, version]) => `${name}==${version}`)));
  fs.copyFileSync(path.join(extension, 'scripts', 'start.py'), path.join(bundled, 'start.py'));
  fs.copyFileSync(path.join(repository, 'LICENSE'), path.join(extension, 'LICENSE'));
  if (target !== undefined) addLibraries(TARGETS[target], pins);
}

function copy(from, to) {
  fs.cpSync(from, to, { recursive: true, filter: (file) => !/(^|[\\/])__pycache__$|\.pyc$/.test(file) });
}

/** The versions that the tests ran with, of what the server stands on. */
function pinned() {
  const locked = fs.readFileSync(path.join(repository, 'requirements', 'dev.txt'), 'utf8');
  const versions = new Map([...locked.matchAll(/^([\w.-]+)==(\S+)/gm)].map(([, name, version]) => [name, version]));
  return new Map([...PURE, YAML, 'libcst'].map((name) => [name, versions.get(name)]));
}

function addLibraries(platform, pins) {
  const wheels = fs.mkdtempSync(path.join(os.tmpdir(), 'lora-lint-wheels-'));
  try {
    const pure = [...PURE.map((name) => [name, pins.get(name)]), ...Object.entries(ONLY_OLD)];
    fetch(wheels, ['--platform', 'any', '--implementation', 'py', '--abi', 'none', '--python-version', PYTHONS[0]], pure);
    const any = ['--platform', TARGETS['linux-x64'], '--implementation', 'cp', '--python-version', PYTHONS[0]];
    fetch(wheels, any, [[YAML, pins.get(YAML)]]);
    for (const python of PYTHONS) {
      const options = ['--platform', platform, '--implementation', 'cp', '--python-version', python];
      fetch(wheels, options, [['libcst', pins.get('libcst')]]);
    }
    for (const wheel of fs.readdirSync(wheels)) {
      execFileSync('python3', ['-m', 'zipfile', '-e', path.join(wheels, wheel), path.join(bundled, 'site')]);
    }
  } finally {
    fs.rmSync(wheels, { recursive: true });
  }
  fs.rmSync(path.join(bundled, 'site', '_yaml'), { recursive: true, force: true });
  for (const file of fs.readdirSync(path.join(bundled, 'site', 'yaml'))) {
    if (file.startsWith('_yaml')) fs.rmSync(path.join(bundled, 'site', 'yaml', file));
  }
  fs.rmSync(path.join(bundled, 'site', 'libcst', 'tests'), { recursive: true, force: true });
  fs.rmSync(path.join(bundled, 'site', 'libcst', 'codemod'), { recursive: true, force: true });
}

function fetch(folder, options, packages) {
  const names = packages.map(([name, version]) => `${name}==${version}`);
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:'];
  execFileSync('python3', ['-m', 'pip', 'download', ...quiet, ...options, '-d', folder, ...names], { stdio: 'inherit' });
}

function lines(items) {
  return items.join('\n') + '\n';
}
