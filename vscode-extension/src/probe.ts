/** Asks an interpreter what it is and what it can import, without importing anything of weight. */

import { execFile } from 'node:child_process';
import * as os from 'node:os';

/** What an interpreter says of itself. */
export interface Probe {
  readonly executable: string;
  readonly version: readonly [number, number, number];
  /** The version of lora-lint in its environment, if it has one with all that the server needs. */
  readonly loraLint: string | undefined;
  readonly canMakeEnvironments: boolean;
}

// `find_spec` and the metadata do not run the packages' code.
const QUESTION = `
import importlib.util, importlib.metadata, json, sys
has = lambda name: importlib.util.find_spec(name) is not None
def version():
    try:
        return importlib.metadata.version("lora-lint") if all(map(has, ("lora_lint_lsp", "pygls", "libcst"))) else None
    except importlib.metadata.PackageNotFoundError:
        return None
print(json.dumps({"executable": sys.executable, "version": sys.version_info[:3], "lora_lint": version(),
                  "venv": has("venv") and has("ensurepip")}))
`;

/** The answer, or in one line why there is none. */
export function probe(command: readonly string[], timeout = 20_000): Promise<Probe | string> {
  const [program, ...before] = command;
  if (program === undefined) return Promise.resolve('no command');
  return new Promise((resolve) => {
    // -I: neither the working directory nor PYTHONPATH may get in the way.
    execFile(program, [...before, '-I', '-c', QUESTION], { timeout, cwd: os.tmpdir() }, (error, stdout, stderr) => {
      if (error !== null) {
        const last = stderr.trim().split('\n').at(-1);
        resolve(error.code === 'ENOENT' ? 'there is no such file' : last !== undefined && last !== '' ? last : error.message);
        return;
      }
      try {
        resolve(read(JSON.parse(stdout) as Answer));
      } catch {
        resolve('it is no Python: its answer cannot be read');
      }
    });
  });
}

interface Answer {
  executable: string;
  version: [number, number, number];
  lora_lint: string | null;
  venv: boolean;
}

function read(answer: Answer): Probe {
  return {
    executable: answer.executable,
    version: answer.version,
    loraLint: answer.lora_lint ?? undefined,
    canMakeEnvironments: answer.venv,
  };
}
