/** What goes wrong on purpose, where, and how often. */

/** Which requests a fault is for: those of one of the methods below the path. */
export interface FaultTarget {
  /** Any method when absent. */
  readonly methods?: readonly string[];
  /**
   * Below the base URL, with `*` for one segment and `**` for any number of them: `/Users/*`; any of them when absent.
   * What is not below the base URL, as a token endpoint, goes by its whole path.
   */
  readonly path?: string;
}

/**
 * At which of those requests it happens: where all of the conditions hold, every one of them when there is none.
 * Requests are counted from 1, per rule.
 */
export interface FaultOccasion {
  /** At the requests with these numbers. */
  readonly requests?: readonly number[];
  /** At each n-th. */
  readonly every?: number;
  /** At each with this probability, 0 to 1, drawn from the seed. */
  readonly probability?: number;
  /** Not before so many requests have passed. */
  readonly after?: number;
  /** At most so many times. */
  readonly times?: number;
}

/** What happens. Members can be combined: a late answer with a wrong number, that is cut. */
export interface FaultEffect {
  /** Real milliseconds before the answer, drawn from the range. */
  readonly latency?: readonly [from: number, to: number];
  /** This status in place of the answer. */
  readonly status?: number;
  readonly scimType?: string;
  readonly detail?: string;
  /** With `status`: value of the Retry-After header, in seconds. */
  readonly retryAfter?: number;
  /**
   * With `status` or `cutAfter`: whether the request is done all the same. When absent, it is if the answer has begun
   * (`cutAfter` is not -1), and is not otherwise.
   */
  readonly commit?: boolean;
  /** The connection is reset after so many bytes of the body; -1: before the head. */
  readonly cutAfter?: number;
  /** A page of a list holds half of its resources, those of the page before, or none. */
  readonly page?: 'half' | 'duplicate' | 'empty';
  /** Added to `totalResults` of a list. */
  readonly totalResults?: number;
  /** A write is answered with success, and not done; what is wrong with it is not noticed. */
  readonly ignore?: true;
  /**
   * Reads show what was before a write for so many seconds of the server's clock: a new resource is not there, a
   * changed one is as it was, a deleted one is still there. Other writes find things as they are.
   */
  readonly stale?: number;
  /** The credential of the request is not accepted any more, from this request on. */
  readonly expireToken?: true;
}

/** One thing that goes wrong. */
export interface FaultRule {
  /** For the log. */
  readonly name?: string;
  readonly on?: FaultTarget;
  readonly when?: FaultOccasion;
  readonly effect: FaultEffect;
}
