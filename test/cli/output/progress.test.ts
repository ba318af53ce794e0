import { describe, expect, it } from 'vitest';
import { startProgress } from '../../../src/cli/output/progress.js';

function recorder(isTTY: boolean): { isTTY: boolean; written: string[]; write(text: string): void } {
  const written: string[] = [];
  return { isTTY, written, write: (text) => written.push(text) };
}

describe('on a terminal', () => {
  it('redraws one line, and removes it at the end', () => {
    const stream = recorder(true);
    const progress = startProgress(stream, 'backtest');
    progress.update(0, 200);
    progress.update(100, 200);
    progress.update(200, 200);
    progress.end();
    expect(stream.written).toEqual([
      '\r\x1b[2Kbacktest ░░░░░░░░░░░░░░░░░░░░░░░░   0%',
      '\r\x1b[2Kbacktest ████████████░░░░░░░░░░░░  50%',
      '\r\x1b[2Kbacktest ████████████████████████ 100%',
      '\r\x1b[2K',
    ]);
  });

  it('writes nothing when nothing that is seen has changed', () => {
    const stream = recorder(true);
    const progress = startProgress(stream, 'backtest');
    progress.update(1_000, 100_000);
    progress.update(1_001, 100_000);
    expect(stream.written).toHaveLength(1);
  });

  it('writes nothing at all without an update', () => {
    const stream = recorder(true);
    startProgress(stream, 'backtest').end();
    expect(stream.written).toEqual([]);
  });

  it('stays at 0 % while the total is not known, and at 100 % beyond it', () => {
    const stream = recorder(true);
    const progress = startProgress(stream, 'x');
    progress.update(0, 0);
    progress.update(7, 5);
    expect(stream.written.map((line) => line.slice(-4))).toEqual(['  0%', '100%']);
  });
});

describe('elsewhere', () => {
  it('writes a line for each tenth', () => {
    const stream = recorder(false);
    const progress = startProgress(stream, 'backtest');
    for (let done = 0; done <= 30; done++) progress.update(done, 30);
    progress.end();
    expect(stream.written).toEqual([
      'backtest: 10% (3 of 30)\n',
      'backtest: 20% (6 of 30)\n',
      'backtest: 30% (9 of 30)\n',
      'backtest: 40% (12 of 30)\n',
      'backtest: 50% (15 of 30)\n',
      'backtest: 60% (18 of 30)\n',
      'backtest: 70% (21 of 30)\n',
      'backtest: 80% (24 of 30)\n',
      'backtest: 90% (27 of 30)\n',
      'backtest: 100% (30 of 30)\n',
    ]);
  });

  it('leaves out the tenths that a large step jumps over', () => {
    const stream = recorder(false);
    const progress = startProgress(stream, 'backtest');
    progress.update(1, 3);
    progress.update(3, 3);
    expect(stream.written).toEqual(['backtest: 33% (1 of 3)\n', 'backtest: 100% (3 of 3)\n']);
  });
});
