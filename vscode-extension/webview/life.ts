/** Draws the life of each model as a timeline. Every step is a button: click or Enter jumps, arrows move. */

import type { Life, Step, ToExtension, ToPage, Writes } from './messages';

const vscode = acquireVsCodeApi();
const main = document.querySelector<HTMLElement>('#life');

window.addEventListener('message', (event: MessageEvent<ToPage>) => {
  if (event.data.kind === 'life') draw(event.data.name, event.data.life, event.data.running);
  else markLine(event.data.uri, event.data.line);
});
document.addEventListener('keydown', moveWithArrows);
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
  return [heading(name), verifyButton(), ...life.models.map((model) => timeline(model.number, model.steps, life))];
}

function heading(name: string): HTMLElement {
  return element('h1', {}, name);
}

function note(text: string): HTMLElement {
  return element('p', { class: 'note' }, text);
}

function verifyButton(): HTMLElement {
  const button = element('button', { class: 'verify', type: 'button' }, '▶ Verify adapter files');
  button.addEventListener('click', () => {
    say({ kind: 'verify' });
  });
  return button;
}

function timeline(number: number, steps: readonly Step[], life: Life): HTMLElement {
  const title = life.models.length > 1 ? `Model ${String(number)}` : 'The model';
  const list = element('ol', { 'aria-label': `The life of ${title.toLowerCase()}` });
  list.append(...steps.map((step, index) => stepItem(step, `step-${String(number)}-${String(index)}`)));
  const section = element('section', {});
  if (life.models.length > 1) section.append(element('h2', {}, title));
  section.append(list);
  return section;
}

function stepItem(step: Step, id: string): HTMLElement {
  const item = element('li', { class: `step ${step.kind} ${worst(step)}` });
  const line = `${step.cell === null ? '' : `cell ${String(step.cell)}, `}line ${String(step.range.start.line + 1)}`;
  const button = element('button', { class: 'what', type: 'button', id });
  button.dataset['uri'] = step.uri;
  button.dataset['from'] = String(step.range.start.line);
  button.dataset['to'] = String(step.range.end.line);
  button.append(element('span', { class: 'word' }, step.word), element('span', { class: 'line' }, line));
  button.addEventListener('click', () => {
    say({ kind: 'jump', uri: step.uri, range: step.range });
  });
  item.append(button);
  if (step.condition !== '') item.append(element('p', { class: 'condition' }, `if ${step.condition}`));
  const states = step.saves.length > 0 ? step.before : step.after;
  for (const state of states.slice(0, 3)) item.append(element('p', { class: 'state' }, state));
  if (states.length > 3) item.append(element('p', { class: 'state' }, `and ${String(states.length - 3)} more, by path`));
  for (const finding of step.findings) {
    item.append(element('p', { class: `finding ${finding.severity}` }, `${finding.code} ${finding.message}`));
  }
  for (const writes of step.saves) item.append(...directories(writes, step.saves.length > 1));
  return item;
}

function directories(writes: Writes, several: boolean): HTMLElement[] {
  return Object.entries(writes.directories).map(([place, names]) => {
    const card = element('div', { class: writes.adapter ? 'directory adapter' : 'directory' });
    const when = several && writes.condition !== '' ? ` if ${writes.condition}` : '';
    card.append(element('p', { class: 'place' }, `${writes.hub ? 'hub: ' : ''}${place}${writes.hub ? '' : '/'}${when}`));
    const list = element('ul', { 'aria-label': `files in ${place}` });
    list.append(...names.map((name) => element('li', { class: name.startsWith('adapter_') ? 'adapter' : '' }, name)));
    card.append(list);
    return card;
  });
}

function worst(step: Step): string {
  const found = step.findings.map((finding) => finding.severity);
  return found.includes('error') ? 'has-error' : found.includes('warning') ? 'has-warning' : '';
}

/** Marks the step that the cursor of the editor stands in. */
function markLine(uri: string, line: number): void {
  let marked: HTMLElement | undefined;
  for (const button of document.querySelectorAll<HTMLElement>('button.what')) {
    const here =
      button.dataset['uri'] === uri && Number(button.dataset['from']) <= line && line <= Number(button.dataset['to']);
    button.toggleAttribute('aria-current', here);
    if (here) marked = button;
  }
  if (marked !== undefined && !document.hasFocus()) marked.scrollIntoView({ block: 'nearest' });
}

function moveWithArrows(event: KeyboardEvent): void {
  const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
  const by = moves[event.key];
  const steps = [...document.querySelectorAll<HTMLElement>('button.what')];
  const at = steps.findIndex((each) => each === document.activeElement);
  if (by === undefined || at < 0) return;
  event.preventDefault();
  steps[Math.min(steps.length - 1, Math.max(0, at + by))]?.focus();
}

function element(name: string, attributes: Record<string, string>, text = ''): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== '') made.setAttribute(key, value);
  if (text !== '') made.textContent = text;
  return made;
}
