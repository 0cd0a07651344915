/** A small seeded generator of random numbers: the mock server repeats itself exactly when the seed is the same. */
export class Random {
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 0;

  /** A generator for SEED; nearby seeds give unrelated sequences. */
  constructor(private readonly seed: number) {
    this.restart(0, 1);
  }

  /**
   * Goes on with the sequence NUMBER of STREAM, which does not depend on what was drawn before: so that one of a
   * million things can be made without the others. Returns itself. Stream 0 is for the generator's own beginning.
   */
  restart(stream: number, number: number): this {
    this.a = 0x9e3779b9 ^ stream;
    this.b = this.seed | 0;
    this.c = (this.seed / 0x1_0000_0000) | 0;
    this.counter = number | 0;
    // The bits of the seed have to spread over the whole state before the first number is used.
    for (let round = 0; round < 15; round++) this.uint32();
    return this;
  }

  /** The next 32 random bits (sfc32 of PractRand, public domain). */
  uint32(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** An integer from 0 to LIMIT - 1. */
  below(limit: number): number {
    return Math.floor((this.uint32() / 0x1_0000_0000) * limit);
  }

  /** True in SHARE (0 to 1) of the calls. */
  chance(share: number): boolean {
    return this.uint32() < share * 0x1_0000_0000;
  }

  /** One element of CHOICES, which must not be empty. */
  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }

  /** One element of CHOICES, the first ones far more often than the last ones. */
  pickSkewed<T>(choices: readonly [T, ...T[]]): T {
    const position = this.uint32() / 0x1_0000_0000;
    return choices[Math.floor(position * position * choices.length)] ?? choices[0];
  }

  /** A version 4 UUID (RFC 9562 §5.4). */
  uuid(): string {
    const third = (this.uint32() & 0x3fffffff) | 0x80000000;
    const second = (this.uint32() & 0xffff0fff) | 0x4000;
    const [first, last] = [this.uint32(), this.uint32()];
    return `${hex(first)}-${half(second >>> 16)}-${half(second)}-${half(third >>> 16)}-${half(third)}${hex(last)}`;
  }
}

const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hex(value: number): string {
  return half(value >>> 16) + half(value);
}

/** The lower 16 bits of VALUE. */
function half(value: number): string {
  return `${bytes[(value >>> 8) & 0xff]}${bytes[value & 0xff]}`;
}
