/** make bench: every figure beside its peer, measured in the same run. */

import { benchList } from './list.js';
import { benchRoundTrip } from './round-trip.js';
import { benchStart } from './start.js';

console.log(`Node ${process.versions.node}, ${process.platform} ${process.arch}\n`);
await benchStart();
await benchRoundTrip();
await benchList();
