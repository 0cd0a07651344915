/** `scim/schema/…`: what a service says that it has, and what it has. */

import { type Observation, observe } from '../../client/observe.js';
import { checkAnswer } from '../../client/response-error.js';
import type { Target } from '../../client/target.js';
import { describeSchema } from '../../document/schema-view/schema.js';
import { describeService, supportLine } from '../../document/schema-view/service.js';
import type { StyledText } from '../../document/schema-view/styled.js';
import type { ResultOf } from '../../protocol/index.js';
import * as lifecycle from '../../protocol/lifecycle.js';
import * as schemas from '../../protocol/schemas.js';
import { UsageError } from '../../scim/error.js';
import { demandYes } from '../confirm.js';
import type { Notify } from '../connection.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

/** Register the handlers. */
export function registerSchemas(dispatcher: Dispatcher, session: Session, notify: Notify): void {
  /** What was seen of each target; it is gone with the target when the settings change. */
  const seen = new WeakMap<Target, readonly Observation[]>();
  const connect = async (tenant: string | undefined, confirmed: boolean | undefined) => {
    const connected = await session.connect(tenant);
    demandYes(session, connected.settings, confirmed, [{ method: 'GET', path: '/ServiceProviderConfig' }]);
    return connected;
  };
  const view = async ({ text, styles, links, anchors }: StyledText) => {
    return { text: await session.texts.send(text), styles: [...styles], links: [...links], anchors: [...anchors] };
  };
  dispatcher.request(
    schemas.showSchema,
    async ({ tenant, name, confirmed }, { signal }): Promise<ResultOf<typeof schemas.showSchema>> => {
      const { target, settings } = await connect(tenant, confirmed);
      const discovery = await target.discover({ signal });
      const { registry } = discovery;
      const { deviations } = target;
      if (name === undefined) {
        const { name: known, baseUrl, vendor } = settings;
        const observations = seen.get(target);
        const context = { tenant: known, baseUrl: baseUrl.href, vendor, discovery, deviations, observations };
        return { tenant: known, title: known, view: await view(describeService(context)) };
      }
      const described = describeSchema(name, { tenant: settings.name, registry, deviations });
      if (described === undefined) throw unknownName(name, target, registry.resourceTypes);
      return { tenant: settings.name, title: described.title, view: await view(described.view) };
    },
  );
  dispatcher.request(schemas.observeService, async ({ tenant, confirmed, workDoneToken }, { signal }) => {
    const { target, settings } = await connect(tenant, confirmed);
    const onProgress = (done: number, total: number | undefined): void => {
      if (workDoneToken === undefined || total === undefined) return;
      const value = { kind: 'report', message: `${done} of ${total} questions asked` } as const;
      notify(lifecycle.progress, { token: workDoneToken, value: { ...value, percentage: (100 * done) / total } });
    };
    const observations = await observe(target, { signal, onProgress });
    seen.set(target, observations);
    return {
      tenant: settings.name,
      observations: observations.map(({ declared, ...rest }) => ({ ...rest, declared: declared ?? null })),
    };
  });
  dispatcher.request(schemas.health, async ({ tenant, confirmed }, { signal }) => {
    const { target, settings } = await connect(tenant, confirmed);
    const discovery = await target.discover({ signal });
    const types = discovery.registry.resourceTypes;
    const path = `${types[0]?.endpoint ?? '/Users'}?count=1&attributes=id`;
    const answer = await target.exchange({ method: 'GET', path }, { signal, retry: false });
    checkAnswer(answer);
    return {
      tenant: settings.name,
      latencyMs: answer.durationMs,
      supports: supportLine(discovery),
      types: types.map(({ name }) => name),
      warnings: discovery.warnings,
      deviations: target.deviations.length,
    };
  });
}

function unknownName(name: string, target: Target, types: readonly { readonly name: string }[]): UsageError {
  const known = types.map((type) => type.name).join(', ');
  return new UsageError(`${target.baseUrl.host} has no resource type or schema ${name}`, {
    remedy: `its resource types are ${known}`,
  });
}
