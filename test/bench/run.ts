/**
 * make bench: every figure beside its peer, measured in the same run. SCIM_BENCH_SCALE=0.1 makes a quick run of what
 * takes longest; bars are meant for whole runs.
 */

import { benchBlock } from './block.js';
import { benchCreates } from './creates.js';
import { benchList } from './list.js';
import { benchLog } from './log.js';
import { benchMock, benchMockGrowth } from './mock.js';
import { benchFilter, benchGroup, benchValidate } from './pure.js';
import { benchRoundTrip } from './round-trip.js';
import { benchRows } from './rows.js';
import { benchStart } from './start.js';
import { benchStream } from './stream.js';

const scale = Number(process.env.SCIM_BENCH_SCALE ?? 1);

console.log(`Node ${process.versions.node}, ${process.platform} ${process.arch}\n`);
await benchStart();
await benchRoundTrip();
await benchLog(Math.round(100_000 * scale));
await benchRows();
await benchBlock();
await benchValidate();
await benchFilter();
await benchGroup();
await benchList();
await benchStream(Math.round(1_000_000 * scale));
await benchCreates(Math.round(10_000 * scale));
await benchMock();
await benchMockGrowth(Math.round(1_000_000 * scale));
