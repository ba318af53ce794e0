import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFloats, encodeFloats } from '../../src/forecast/floats.js';

describe('floats as text', () => {
  it('are little-endian base64', () => {
    // 1.0 is 3F F0 00 00 00 00 00 00, so its bytes are 00 00 00 00 00 00 F0 3F.
    expect(encodeFloats([1])).toBe('AAAAAAAA8D8=');
    expect([...decodeFloats('AAAAAAAA8D8=')]).toEqual([1]);
    expect(encodeFloats([])).toBe('');
    expect(decodeFloats('').length).toBe(0);
  });

  it('come back bit for bit, gaps and both zeros included: property', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), (values) => {
        const restored = decodeFloats(encodeFloats(values));
        expect(restored.length).toBe(values.length);
        expect(values.every((value, i) => Object.is(restored[i], value))).toBe(true);
      }),
    );
  });

  it('are refused when the text does not hold whole floats', () => {
    expect(() => decodeFloats('AAAA')).toThrow(new RangeError('3 bytes are not whole 8-byte floats'));
  });
});
