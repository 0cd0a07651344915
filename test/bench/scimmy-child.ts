/** scimmy-routers in a process of its own, for benchmarks: `tsx scimmy-child.ts USERS TOKEN` prints its URL. */

import { startScimmy } from '../support/scimmy-server.js';

const [users = '0', token = ''] = process.argv.slice(2);
const server = await startScimmy({ users: Number(users), token });
console.log(JSON.stringify({ url: server.base.href }));
process.stdin.once('end', () => process.exit(0)).resume();
