import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { HasModels } from '../src/hasModels';
import { LifePanel } from '../src/lifePanel';
import { EventEmitter, happened, reset, Uri, world } from './vscode';

const script = Uri.file('/train.py');

function aServer(): { onLenses: EventEmitter<unknown>['event']; lenses: EventEmitter<unknown>; asked: string[] } {
  const lenses = new EventEmitter();
  const asked: string[] = [];
  const request = (method: string): Promise<undefined> => {
    asked.push(method);
    return Promise.resolve(undefined);
  };
  return Object.assign({ onLenses: lenses.event, onDidChange: new EventEmitter().event, running: true, request }, { lenses, asked });
}

beforeEach(() => {
  reset();
  world.open = { uri: script, languageId: 'python' };
});

test('a file with a lens has models, until it has none', () => {
  const server = aServer();
  new HasModels(server as never);
  server.lenses.fire({ uri: script, lenses: 2 });
  assert.equal(world.context['loraLint.hasModels'], true);
  server.lenses.fire({ uri: script, lenses: 0 });
  assert.equal(world.context['loraLint.hasModels'], false);
});

test('so does one with a finding of ours, and no other', () => {
  new HasModels(aServer() as never);
  world.findings[script.toString()] = ['Pylance', 'lora-lint'];
  happened.found.fire({ uris: [script] });
  assert.equal(world.context['loraLint.hasModels'], true);
  world.open = { uri: Uri.file('/other.py'), languageId: 'python' };
  happened.switched.fire(undefined);
  assert.equal(world.context['loraLint.hasModels'], false);
});

test('nothing is asked for a picture that nobody sees', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const server = aServer();
  new LifePanel(Uri.file('/extension') as never, server as never);
  happened.changed.fire({ document: { uri: script } });
  happened.found.fire({ uris: [script] });
  mock.timers.runAll();
  mock.timers.reset();
  assert.deepEqual(server.asked, []);
});
