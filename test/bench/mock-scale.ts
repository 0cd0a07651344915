/**
 * The mock server's data with 1,000,000 users and 100,000 groups beside 20,000 and 2,000: time to fill, memory, and what
 * each kind of question costs. Each size runs in a process of its own, so that memory is its own.
 *
 *     npx tsx test/bench/mock-scale.ts
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { MockResponse } from '../../src/mock/message.js';
import { createProvider, type Provider } from '../../src/mock/provider.js';
import { urn } from '../../src/scim/urn.js';
import { percentile, report } from './measure.js';

const large = { users: 1_000_000, groups: 100_000 };
// So many that the texts of few are still kept when they are asked for: both sizes make what they answer.
const small = { users: 20_000, groups: 2_000 };

interface Figures {
  readonly seconds: number;
  /** Of the processor, which tells on a machine that does other things, too. */
  readonly cpuSeconds: number;
  readonly rssMb: number;
  readonly memberships: number;
  readonly largestGroup: number;
  /** Median time of each question in microseconds, and that of the first one of its kind. */
  readonly times: Readonly<Record<string, { median: number; first: number }>>;
}

const bars: Readonly<Record<string, number>> = {
  // Every answer names the number of results, but its work must not grow with it; five times covers caches that miss.
  default: 5,
};

function measure({ users, groups }: typeof large): Figures {
  const started = performance.now();
  const cpuBefore = process.cpuUsage();
  const provider = createProvider(
    { users, groups, seed: 7 },
    { baseUrl: 'http://127.0.0.1/scim/v2', basePath: '/scim/v2' },
  );
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const asker = new Asker(provider);
  const times = asker.all(users, groups);
  const sizes = asker.groupSizes();
  return {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    rssMb: process.memoryUsage.rss() / 2 ** 20,
    memberships: sizes.reduce((sum, size) => sum + size, 0),
    largestGroup: Math.max(...sizes.values()),
    times,
  };
}

class Asker {
  constructor(private readonly provider: Provider) {}

  groupSizes(): number[] {
    const type = this.provider.store.registry.find('Group');
    return type ? [...this.provider.store.all(type)].map((group) => group.memberCount) : [];
  }

  all(users: number, groups: number): Figures['times'] {
    const { store } = this.provider;
    const [userType, groupType] = [store.registry.find('User'), store.registry.find('Group')];
    if (!userType || !groupType) throw new Error('No types');
    const everyUser = store.all(userType);
    const user = (round: number) => everyUser.slice((round * 7919) % users, ((round * 7919) % users) + 1)[0];
    const value = (round: number, name: string) => String(user(round)?.content[name]);
    const biggest = [...store.all(groupType)].reduce((left, right) =>
      left.memberCount < right.memberCount ? right : left,
    );
    const place = (round: number) => 1 + ((round * 104_729) % (users - 10));
    const filter = (text: string) => `filter=${encodeURIComponent(text)}`;
    const patch = (...Operations: object[]) => ({ schemas: [urn.patchOp], Operations });
    const outsider = (round: number) => this.provider.store.find(this.created[round] ?? '')?.id ?? '';
    return {
      'GET a user': this.time((round) => this.ask('GET', `/Users/${user(round)?.id}`)),
      'POST a user': this.time((round) => {
        const body = { schemas: [urn.user], userName: `new${round}@example.com`, displayName: `New ${round % 10}` };
        this.created.push(JSON.parse(this.ask('POST', '/Users', body).body.toString()).id);
      }),
      'userName eq': this.time((round) =>
        this.ask('GET', `/Users?${filter(`userName eq "${value(round, 'userName')}"`)}`),
      ),
      'externalId eq': this.time((round) =>
        this.ask('GET', `/Users?${filter(`externalId eq "${value(round, 'externalId')}"`)}`),
      ),
      'emails.value eq': this.time((round) =>
        this.ask('GET', `/Users?${filter(`emails.value eq "${value(round, 'userName')}"`)}`),
      ),
      'manager.value eq': this.time((round) =>
        this.ask(
          'GET',
          `/Users?${filter(`${urn.enterpriseUser}:manager.value eq "${user(round % Math.floor(users / 10))?.id}"`)}`,
        ),
      ),
      'phoneNumbers.value eq "no such number"': this.time(() =>
        this.ask('GET', `/Users?${filter('phoneNumbers.value eq "no such number"')}`),
      ),
      'displayName eq of groups, without members': this.time((round) =>
        this.ask(
          'GET',
          `/Groups?excludedAttributes=members&${filter(`displayName eq "Team Apollo ${1 + ((round * 31) % (groups / 200))}"`)}`,
        ),
      ),
      'members.value eq of groups, without members': this.time((round) =>
        this.ask('GET', `/Groups?excludedAttributes=members&${filter(`members.value eq "${user(round)?.id}"`)}`),
      ),
      'page of 10 anywhere': this.time((round) => this.ask('GET', `/Users?count=10&startIndex=${place(round)}`)),
      'page of 10 anywhere, sorted by userName': this.time((round) =>
        this.ask('GET', `/Users?count=10&sortBy=userName&startIndex=${place(round)}`),
      ),
      'page of 10 anywhere, sorted by displayName, descending': this.time((round) =>
        this.ask('GET', `/Users?count=10&sortBy=displayName&sortOrder=descending&startIndex=${place(round)}`),
      ),
      'page of 10 anywhere, sorted by name.familyName': this.time((round) =>
        this.ask('GET', `/Users?count=10&sortBy=name.familyName&startIndex=${place(round)}`),
      ),
      'add and remove a member of the largest group': this.time((round) => {
        const id = outsider(round);
        this.ask('PATCH', `/Groups/${biggest.id}`, patch({ op: 'add', path: 'members', value: [{ value: id }] }));
        this.ask('PATCH', `/Groups/${biggest.id}`, patch({ op: 'remove', path: `members[value eq "${id}"]` }));
      }),
      'GET the largest group without members': this.time(() =>
        this.ask('GET', `/Groups/${biggest.id}?excludedAttributes=members`),
      ),
      'PATCH the title of a user': this.time((round) =>
        this.ask(
          'PATCH',
          `/Users/${user(round)?.id}`,
          patch({ op: 'replace', path: 'title', value: `Title ${round}` }),
        ),
      ),
      'DELETE a user': this.time((round) => this.ask('DELETE', `/Users/${user(round * 3 + 1)?.id}`)),
    };
  }

  private readonly created: string[] = [];

  private ask(method: string, target: string, body?: object): MockResponse {
    const text = body ? JSON.stringify(body) : '';
    const response = this.provider.handle({ method, target: `/scim/v2${target}`, headers: {}, body: { text } });
    if (response.status >= 300) throw new Error(`${method} ${target}: ${response.status} ${response.body}`);
    return response;
  }

  private time(act: (round: number) => void): { median: number; first: number } {
    const times: number[] = [];
    for (let round = 0; round < 200; round++) {
      const start = performance.now();
      act(round);
      times.push(1000 * (performance.now() - start));
    }
    const [first = Number.NaN] = times;
    return {
      first,
      median: percentile(
        times.sort((left, right) => left - right),
        0.5,
      ),
    };
  }
}

function measureApart(size: typeof large): Figures {
  const self = fileURLToPath(import.meta.url);
  const child = spawnSync(process.execPath, ['--import', 'tsx', self, JSON.stringify(size)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(child.stdout);
}

const [, , argument] = process.argv;
if (argument) {
  console.log(JSON.stringify(measure(JSON.parse(argument))));
} else {
  const [few, many] = [measureApart(small), measureApart(large)];
  const held = many.seconds < 30 && many.rssMb < 3072;
  report(
    `Generate ${large.users.toLocaleString('en')} users and ${large.groups.toLocaleString('en')} groups`,
    `${many.seconds.toFixed(1)} s (${many.cpuSeconds.toFixed(1)} s of processor time), ${many.rssMb.toFixed(0)} MB RSS after all questions below; ` +
      `${many.memberships.toLocaleString('en')} memberships, the largest group has ${many.largestGroup.toLocaleString('en')}`,
    'under 30 s and 3,072 MB',
    held,
  );
  for (const [question, { median, first }] of Object.entries(many.times)) {
    const before = few.times[question]?.median ?? Number.NaN;
    const bar = bars[question] ?? bars.default ?? 5;
    report(
      question,
      `${before.toFixed(0)} µs with ${small.users}, ${median.toFixed(0)} µs with ${large.users} (${(median / before).toFixed(1)} times; the first ${(first / 1000).toFixed(1)} ms)`,
      `at most ${bar} times`,
      median <= before * bar,
    );
  }
}
