import { describe, expect, it } from 'vitest';
import { colorsFor, plain } from '../../../src/cli/output/style.js';

const terminal = { isTTY: true };
const pipe = {};

describe('colorsFor', () => {
  it.each<[string, { isTTY?: boolean }, NodeJS.ProcessEnv, boolean]>([
    ['a terminal', terminal, { TERM: 'xterm-256color' }, true],
    ['a pipe', pipe, { TERM: 'xterm-256color' }, false],
    ['a dumb terminal', terminal, { TERM: 'dumb' }, false],
    ['a terminal whose user wants no colours', terminal, { NO_COLOR: '1' }, false],
    ['NO_COLOR that is empty does not count', terminal, { NO_COLOR: '' }, true],
    ['a pipe whose user wants colours', pipe, { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0 on a terminal', terminal, { FORCE_COLOR: '0' }, false],
    ['NO_COLOR wins over FORCE_COLOR', terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  ])('%s', (_sentence, stream, env, colored) => {
    expect(colorsFor(stream, env).red('x')).toBe(colored ? '\x1b[31mx\x1b[39m' : 'x');
  });

  it('plain changes nothing', () => {
    expect(plain.bold(plain.green('x'))).toBe('x');
  });
});
