/**
 * Reads protobuf's wire format field by field, for messages of which there are so many that an object for each is too
 * dear.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class WireReader {
  readonly #view: DataView;
  #position: number;
  readonly #end: number;

  /** Reads `bytes` from `start` to before `end`. */
  constructor(
    private readonly bytes: Buffer,
    start = 0,
    end = bytes.length,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#position = start;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#end;
  }

  /** The number of a field shifted left by three, plus its wire type. @throws {RangeError} as all methods: malformed */
  tag(): number {
    return this.unsigned();
  }

  /** An unsigned varint, inexact above 2^53. */
  unsigned(): number {
    let value = 0;
    let weight = 1;
    for (let count = 0; count < 10; count++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) return value;
      weight *= 128;
    }
    throw new RangeError('a varint of more than ten bytes');
  }

  /** A varint in two's complement of 64 bits, as int32 and int64 have it. */
  signed(): number {
    const start = this.#position;
    const value = this.unsigned();
    // Negative numbers always take ten bytes.
    if (this.#position - start < 10) return value;
    this.#position = start;
    let exact = 0n;
    for (let count = 0n; count < 10n; count++) exact |= BigInt(this.#byte() & 0x7f) << (count * 7n);
    return Number(BigInt.asIntN(64, exact));
  }

  double(): number {
    const position = this.#advance(8);
    return this.#view.getFloat64(position, true);
  }

  /** A reader of the nested message that comes now. */
  nested(): WireReader {
    const length = this.unsigned();
    const start = this.#advance(length);
    return new WireReader(this.bytes, start, start + length);
  }

  /** Passes over a field that is of no interest. */
  skip(tag: number): void {
    switch (tag & 7) {
      case 0:
        this.unsigned();
        break;
      case 1:
        this.#advance(8);
        break;
      case 2:
        this.#advance(this.unsigned());
        break;
      case 5:
        this.#advance(4);
        break;
      default:
        throw new RangeError(`wire type ${tag & 7} is not known`);
    }
  }

  #byte(): number {
    return this.bytes[this.#advance(1)]!;
  }

  /** @returns the position before */
  #advance(length: number): number {
    const before = this.#position;
    if (!(length <= this.#end - before)) throw new RangeError('the message ends within a field');
    this.#position = before + length;
    return before;
  }
}
