/** Draws the life of each model as a timeline. Every step is a button: click or Enter jumps, arrows move. */

import type { Finding, Life, Place, Step, ToExtension, ToPage, Writes } from './messages';

const MOST_STATES = 3;
const PHASES: Readonly<Record<string, string>> = {
  plain: 'plain model',
  untrained: 'adapter, not trained yet',
  trained: 'adapter, trained',
  merged: 'merged model',
  emptied: 'emptied wrapper',
};

const vscode = acquireVsCodeApi();
const main = document.querySelector<HTMLElement>('#life');

window.addEventListener('message', (event: MessageEvent<ToPage>) => {
  if (event.data.kind === 'life') draw(event.data.name, event.data.life, event.data.running);
  else markLine(event.data.uri, event.data.line);
});
document.addEventListener('keydown', moveWithKeys);
say({ kind: 'ready' });

function say(message: ToExtension): void {
  vscode.postMessage(message);
}

function draw(name: string, life: Life | null, running: boolean): void {
  if (main === null) return;
  const focused = document.activeElement?.id;
  main.replaceChildren(...content(name, life, running));
  if (focused !== undefined && focused !== '') document.getElementById(focused)?.focus();
}

function content(name: string, life: Life | null, running: boolean): HTMLElement[] {
  if (!running) return [note('The lora-lint server does not run.')];
  if (name === '') return [note('Open a Python script that trains with PEFT.')];
  if (life === null) return [note(`${name} is not linted.`)];
  if (life.trouble !== null) return [heading(name), note(life.trouble)];
  if (life.models.length === 0) return [heading(name), note('No model is created, wrapped, trained or saved here.')];
  const timelines = life.models.map((model) => timeline(model.number, model.steps, life.models.length > 1));
  return [heading(name), verifyButton(), ...timelines, ...elsewhere(life.findings), legend(life)];
}

function heading(name: string): HTMLElement {
  return element('h1', {}, name);
}

function note(text: string): HTMLElement {
  return element('p', { class: 'note' }, text);
}

function verifyButton(): HTMLElement {
  const button = element('button', { class: 'verify', type: 'button', id: 'verify' }, '▶ Verify adapter files');
  button.addEventListener('click', () => {
    say({ kind: 'verify' });
  });
  return button;
}

function timeline(number: number, steps: readonly Step[], several: boolean): HTMLElement {
  const title = several ? `Model ${String(number)}` : 'The model';
  const list = element('ol', { class: 'timeline', 'aria-label': `The life of ${title.toLowerCase()}` });
  list.append(...steps.map((step, index) => stepItem(step, `step-${String(number)}-${String(index)}`)));
  const section = element('section', {});
  if (several) section.append(element('h2', {}, title));
  section.append(list);
  return section;
}

function stepItem(step: Step, id: string): HTMLElement {
  const item = element('li', { class: `step ${step.kind} ${step.phase} ${worst(step.findings)}` });
  const button = jump(step, 'what', id);
  button.append(element('span', { class: 'word' }, step.word), element('span', { class: 'line' }, lineOf(step)));
  button.append(element('code', {}, step.code));
  item.append(button);
  if (step.condition !== '') {
    item.append(element('p', { class: 'condition' }, `if ${step.condition}`));
  }
  const states = step.after.length > 0 ? step.after : step.before;
  for (const state of states.slice(0, MOST_STATES)) item.append(stateLine(state));
  if (states.length > MOST_STATES) {
    item.append(element('p', { class: 'state' }, `and ${String(states.length - MOST_STATES)} more, by path`));
  }
  for (const writes of step.saves) item.append(...directories(writes, step.saves.length > 1));
  for (const finding of step.findings) item.append(card(finding));
  return item;
}

/** What the model is, then a pill for each adapter. */
function stateLine(state: string): HTMLElement {
  const [what = '', ...adapters] = state.split(' · ');
  const line = element('p', { class: 'state' }, what);
  line.append(...adapters.flatMap((text) => [' ', element('span', { class: 'adapter-state' }, text)]));
  return line;
}

function directories(writes: Writes, several: boolean): HTMLElement[] {
  return Object.entries(writes.directories).map(([place, names]) => {
    const box = element('div', { class: writes.adapter ? 'directory adapter' : 'directory' });
    const title = element('p', { class: 'place' }, writes.hub ? `hub: ${place}` : `${place.replace(/\/$/, '')}/`);
    if (several && writes.condition !== '') title.append(element('span', { class: 'when' }, ` if ${writes.condition}`));
    const list = element('ul', { 'aria-label': `files in ${place}` });
    list.append(...names.map((name) => element('li', { class: name.startsWith('adapter_') ? 'adapter' : '' }, name)));
    box.append(title, list);
    return box;
  });
}

function card(finding: Finding): HTMLElement {
  const made = element('div', { class: `finding ${finding.severity}` });
  const head = element('p', {});
  head.append(element('span', { class: 'code' }, finding.code), ` ${finding.message}`);
  made.append(head, ...finding.notes.map((text) => element('p', { class: 'lost' }, text)));
  return made;
}

/** Findings of lines at which nothing happens to a model. */
function elsewhere(findings: readonly Finding[]): HTMLElement[] {
  if (findings.length === 0) return [];
  const list = element('ul', { class: 'elsewhere', 'aria-label': 'Also found' });
  for (const [index, finding] of findings.entries()) {
    const button = jump(finding, `what ${finding.severity}`, `found-${String(index)}`);
    button.append(element('span', { class: 'word' }, finding.name), element('span', { class: 'line' }, lineOf(finding)));
    const item = element('li', {});
    item.append(button, card(finding));
    list.append(item);
  }
  return [element('h2', {}, 'Also found'), list];
}

function legend(life: Life): HTMLElement {
  const met = new Set(life.models.flatMap((model) => model.steps.map((step) => step.phase)));
  const list = element('ul', { class: 'legend', 'aria-label': 'What the colours mean' });
  for (const [phase, text] of Object.entries(PHASES)) if (met.has(phase)) list.append(element('li', { class: phase }, text));
  return list;
}

function jump(place: Place, name: string, id: string): HTMLElement {
  const button = element('button', { class: name, type: 'button', id });
  button.dataset['uri'] = place.uri;
  button.dataset['from'] = String(place.range.start.line);
  button.dataset['to'] = String(place.range.end.line);
  button.addEventListener('click', () => {
    say({ kind: 'jump', uri: place.uri, range: place.range });
  });
  return button;
}

function lineOf(place: Place): string {
  const cell = place.cell === null ? '' : `cell ${String(place.cell)}, `;
  return `${cell}line ${String(place.range.start.line + 1)}`;
}

function worst(findings: readonly Finding[]): string {
  const found = findings.map((finding) => finding.severity);
  return found.includes('error') ? 'has-error' : found.includes('warning') ? 'has-warning' : '';
}

/** Marks the step that the cursor of the editor stands in: the last one of several in a line. */
function markLine(uri: string, line: number): void {
  const here = buttons().filter(
    (button) =>
      button.dataset['uri'] === uri && Number(button.dataset['from']) <= line && line <= Number(button.dataset['to']),
  );
  const marked = here.at(-1);
  for (const button of buttons()) {
    if (button === marked) button.setAttribute('aria-current', 'location');
    else button.removeAttribute('aria-current');
  }
  if (marked !== undefined && !document.hasFocus()) marked.scrollIntoView({ block: 'nearest' });
}

function moveWithKeys(event: KeyboardEvent): void {
  const all = buttons();
  const at = all.findIndex((each) => each === document.activeElement);
  const to: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
  const next = to[event.key];
  if (next === undefined || at < 0) return;
  event.preventDefault();
  all[Math.min(all.length - 1, Math.max(0, next))]?.focus();
}

function buttons(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('button.what')];
}

function element(name: string, attributes: Record<string, string>, text = ''): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== '') made.setAttribute(key, value.trim());
  if (text !== '') made.textContent = text;
  return made;
}
