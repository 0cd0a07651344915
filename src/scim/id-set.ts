/** A set that remembers ids by a 64-bit hash: a million ids take 16 MB instead of the 100 MB of a `Set` of strings. */
export class IdSet {
  // Open addressing with linear probing; two words per slot, both zero in an empty one.
  #slots = new Uint32Array(2 * 1024);
  #size = 0;

  /** Add ID; false when it was there already. Two ids of a million share a hash with a chance of 1 to 10^7. */
  add(id: string): boolean {
    if (this.#size * 3 >= this.#slots.length) this.#grow();
    const [high, low] = hash(id);
    if (!insert(this.#slots, high, low)) return false;
    this.#size += 1;
    return true;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    for (let slot = 0; slot < old.length; slot += 2) {
      const high = old[slot] ?? 0;
      const low = old[slot + 1] ?? 0;
      if (high !== 0 || low !== 0) insert(this.#slots, high, low);
    }
  }
}

function insert(slots: Uint32Array, high: number, low: number): boolean {
  const mask = slots.length - 1;
  for (let slot = (low << 1) & mask; ; slot = (slot + 2) & mask) {
    const slotHigh = slots[slot];
    const slotLow = slots[slot + 1];
    if (slotHigh === high && slotLow === low) return false;
    if (slotHigh === 0 && slotLow === 0) {
      slots[slot] = high;
      slots[slot + 1] = low;
      return true;
    }
  }
}

/**
 * Two multiplicative hashes with a final avalanche (the mixing of MurmurHash3); never both zero. Takes two characters
 * at a time: this is what a listing spends most of its time on after parsing.
 */
function hash(id: string): [number, number] {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let index = 0; index < id.length; index += 2) {
    // Past the end charCodeAt is NaN, which counts as 0; the length is mixed in below.
    const pair = id.charCodeAt(index) | (id.charCodeAt(index + 1) << 16);
    a = Math.imul(a ^ pair, 0x9e3779b1);
    b = Math.imul(b ^ pair, 0x5f356495);
    a ^= a >>> 15;
    b ^= b >>> 13;
  }
  a = Math.imul(a ^ id.length ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  const low = (b ^ (b >>> 16)) >>> 0;
  const high = (a ^ (a >>> 16)) >>> 0;
  return [high, high === 0 && low === 0 ? 1 : low];
}
