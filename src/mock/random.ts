/** A small seeded generator of random numbers: the mock server repeats itself exactly when the seed is the same. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** A generator for SEED; nearby seeds give unrelated sequences. */
  constructor(seed: number) {
    this.a = 0x9e3779b9;
    this.b = seed | 0;
    this.c = (seed / 0x1_0000_0000) | 0;
    // The seed's bits have to spread over the whole state before the first number is used.
    for (let round = 0; round < 15; round++) this.uint32();
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
    const text = [this.uint32(), second, third, this.uint32()].map((part) => hex(part >>> 0)).join('');
    return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
