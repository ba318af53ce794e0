import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HistoryFileError } from '../../src/core/errors.js';
import { LARGEST_LOAD } from '../../src/core/series.js';
import { parseCsv } from '../../src/history/csv.js';

const file = (...lines: readonly string[]): string => ['timestamp,value', ...lines].join('\n');

describe('parseCsv', () => {
  const cases: [string, string, number, number, number[]][] = [
    ['epoch seconds', file('60,1', '120,2.5', '180,3'), 60_000, 60_000, [1, 2.5, 3]],
    ['fractions of seconds', file('0.25,1', '0.5,2'), 250, 250, [1, 2]],
    ['ISO 8601', file('1970-01-01T00:01:00Z,1', '1970-01-01T00:02:00Z,2'), 60_000, 60_000, [1, 2]],
    [
      'zones that change, as when the clocks do',
      file('1970-01-01T02:01:00+02:00,1', '1970-01-01T01:02:00+01:00,2'),
      60_000,
      60_000,
      [1, 2],
    ],
    ['an empty value is a gap', file('60,1', '120,', '180,3'), 60_000, 60_000, [1, NaN, 3]],
    ['NaN is a gap', file('60,NaN', '120,nan', '180,3'), 60_000, 60_000, [NaN, NaN, 3]],
    ['zero is zero', file('60,0', '120,0.0'), 60_000, 60_000, [0, 0]],
    ['signs and exponents', file('60,-1e3', '120,+2E-1', '180,.5', '240,4.'), 60_000, 60_000, [-1000, 0.2, 0.5, 4]],
    ['a missing line is a gap', file('60,1', '120,2', '240,4'), 60_000, 60_000, [1, 2, NaN, 4]],
    // Distances 60, 60, 120, 180: the most common is 60.
    [
      'the most common distance is the step',
      file('0,1', '60,2', '120,3', '240,5', '420,8'),
      0,
      60_000,
      [1, 2, 3, NaN, 5, NaN, NaN, 8],
    ],
    [
      'the shorter one of two equally common distances is the step',
      file('0,1', '120,2', '180,3'),
      0,
      60_000,
      [1, NaN, 2, 3],
    ],
    ['a start off the multiples of the step', file('7,1', '67,2'), 7_000, 60_000, [1, 2]],
    ['CRLF', 'timestamp,value\r\n60,1\r\n120,2\r\n', 60_000, 60_000, [1, 2]],
    ['a byte order mark', `\uFEFF${file('60,1', '120,2')}`, 60_000, 60_000, [1, 2]],
    ['spaces around fields', file(' 60 , 1 ', '120,\t2'), 60_000, 60_000, [1, 2]],
    ['quotes around fields', '"timestamp","value"\n"60","1"\n"120",""', 60_000, 60_000, [1, NaN]],
    ['a header in capitals', 'Timestamp,VALUE\n60,1\n120,2', 60_000, 60_000, [1, 2]],
    ['blank lines', '\ntimestamp,value\n\n60,1\n  \n120,2\n\n', 60_000, 60_000, [1, 2]],
  ];
  it.each(cases)('reads %s', (_, text, startMs, stepMs, values) => {
    const series = parseCsv(text, 'load.csv');
    expect([series.startMs, series.stepMs, [...series.values]]).toEqual([startMs, stepMs, values]);
  });

  const mistakes: [string, string, string][] = [
    ['an empty file', '', 'load.csv, line 1: the file is empty, expected the header "timestamp,value"'],
    ['a file of blank lines', '\n\n', 'load.csv, line 1: the file is empty, expected the header "timestamp,value"'],
    ['a missing header', '60,1\n120,2', 'load.csv, line 1: the header is "60,1", expected "timestamp,value"'],
    ['another header', 'time,load\n60,1', 'load.csv, line 1: the header is "time,load", expected "timestamp,value"'],
    [
      'columns in another order',
      'value,timestamp\n1,60',
      'load.csv, line 1: the header is "value,timestamp", expected "timestamp,value"',
    ],
    [
      'another separator',
      'timestamp;value\n60;1',
      'load.csv, line 1: the header is "timestamp;value", expected "timestamp,value"',
    ],
    ['no sample', file(), 'load.csv, line 1: at least two samples are needed, the file has 0'],
    ['one sample', file('60,1'), 'load.csv, line 2: at least two samples are needed, the file has 1'],
    ['a missing field', file('60,1', '120'), 'load.csv, line 3: 1 fields, expected two: timestamp,value'],
    ['a field too many', file('60,1', '120,2,3'), 'load.csv, line 3: 3 fields, expected two: timestamp,value'],
    [
      'a timestamp that is none',
      file('60,1', 'soon,2'),
      'load.csv, line 3: timestamp "soon", expected epoch seconds or ISO 8601 with a zone, such as 1700000000 or 2023-11-14T22:13:20Z',
    ],
    [
      'a missing timestamp',
      file(',1'),
      'load.csv, line 2: timestamp "", expected epoch seconds or ISO 8601 with a zone, such as 1700000000 or 2023-11-14T22:13:20Z',
    ],
    [
      'a value that is none',
      file('60,many'),
      'load.csv, line 2: value "many", expected a number from -1e+70 to 1e+70, or nothing or NaN for a gap',
    ],
    [
      'an infinite value',
      file('60,Infinity'),
      'load.csv, line 2: value "Infinity", expected a number from -1e+70 to 1e+70, or nothing or NaN for a gap',
    ],
    [
      'a value too large for a double',
      file('60,1e999'),
      'load.csv, line 2: value "1e999", expected a number from -1e+70 to 1e+70, or nothing or NaN for a gap',
    ],
    [
      'a value too large for sums and squares of loads',
      file('60,1e70', '120,-1e71'),
      'load.csv, line 3: value "-1e71", expected a number from -1e+70 to 1e+70, or nothing or NaN for a gap',
    ],
    [
      'a value with a unit',
      file('60,5ms'),
      'load.csv, line 2: value "5ms", expected a number from -1e+70 to 1e+70, or nothing or NaN for a gap',
    ],
    [
      'a hexadecimal value',
      file('60,0x10'),
      'load.csv, line 2: value "0x10", expected a number from -1e+70 to 1e+70, or nothing or NaN for a gap',
    ],
    [
      'a time twice',
      file('60,1', '', '120,2', '120,3'),
      'load.csv, line 5: timestamp "120" is the same as that of line 4, expected ascending times',
    ],
    [
      'the same time in two zones',
      file('1970-01-01T01:00Z,1', '1970-01-01T02:00+01:00,2'),
      'load.csv, line 3: timestamp "1970-01-01T02:00+01:00" is the same as that of line 2, expected ascending times',
    ],
    [
      'disorder',
      file('60,1', '180,3', '120,2'),
      'load.csv, line 4: timestamp "120" is earlier than that of line 3, expected ascending times',
    ],
    [
      'a distance that is no multiple of the step',
      file('0,1', '60,2', '120,3', '150,4'),
      'load.csv, line 5: 30s after the line before; expected a whole multiple of the step, 1m',
    ],
  ];
  it.each(mistakes)('refuses %s', (_, text, message) => {
    expect(() => parseCsv(text, 'load.csv')).toThrow(HistoryFileError);
    expect(() => parseCsv(text, 'load.csv')).toThrow(message);
  });

  it('refuses more samples than the limit, at the line that is too many', () => {
    const text = file('60,1', '120,2', '180,3');
    expect(parseCsv(text, 'x', { maxRows: 3 }).length).toBe(3);
    expect(() => parseCsv(text, 'x', { maxRows: 2 })).toThrow('x, line 4: more than 2 samples');
  });

  it('refuses a gap that would fill the memory: fifty years at a step of one second', () => {
    const text = file('0,1', '1,2', '2,3', '1577836800,4');
    expect(() => parseCsv(text, 'x')).toThrow(
      'x, line 5: 18261d23h after the line before; with it the file spans more than 5000000 steps of 1s',
    );
    expect(parseCsv(file('0,1', '1,2', '9,3'), 'x', { maxPoints: 10 }).length).toBe(10);
    expect(() => parseCsv(file('0,1', '1,2', '10,3'), 'x', { maxPoints: 10 })).toThrow(HistoryFileError);
  });

  it('keeps a message readable whatever the line holds', () => {
    const message = (): unknown => parseCsv(file(`60,${'x'.repeat(100_000)}`), 'x');
    expect(message).toThrow(/line 2: value "x{200}\.\.\."/);
  });

  it('reads back what was written, whatever the values', () => {
    const value = fc.oneof(
      // Adding 0 makes -0 a 0, which is how it is written.
      fc.double({ noNaN: true, min: -LARGEST_LOAD, max: LARGEST_LOAD }).map((value) => value + 0),
      fc.constant(NaN),
    );
    const values = fc.array(value, { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 0, max: 4_000_000_000 }),
        fc.integer({ min: 1, max: 90_000 }),
        (values, start, step) => {
          const lines = values.map((value, index) => `${start + index * step},${value}`);
          const series = parseCsv(file(...lines), 'x');
          expect([series.startMs, series.stepMs]).toEqual([start * 1000, step * 1000]);
          expect([...series.values]).toEqual(values);
        },
      ),
    );
  });

  it('either reads any text or refuses it with a line', () => {
    const row = fc.oneof(fc.tuple(fc.nat(), fc.double()).map(String), fc.string());
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        try {
          parseCsv(file(...rows), 'x');
        } catch (error) {
          expect(error).toBeInstanceOf(HistoryFileError);
          expect((error as Error).message).toMatch(/^x, line \d+: /);
        }
      }),
    );
  });
});
