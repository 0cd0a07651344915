/** `scim/tenant/…`: setting tenants up. */

import * as protocol from '../../protocol/tenants.js';
import { UsageError } from '../../scim/error.js';
import { answerProblem, presetNamed, presets } from '../../workspace/preset.js';
import { addTenant } from '../../workspace/preset-add.js';
import type { Dispatcher } from '../dispatch.js';
import type { Session } from '../session.js';

export function registerTenants(dispatcher: Dispatcher, session: Session): void {
  dispatcher.request(protocol.presets, () => ({
    presets: presets().map(({ name, title, summary, fields }) => ({
      name,
      title,
      summary,
      fields: fields.map(({ choices, ...field }) => ({
        ...field,
        ...(choices === undefined ? {} : { choices: [...choices] }),
      })),
    })),
  }));
  dispatcher.request(protocol.checkAnswer, ({ preset, field: name, answer }) => {
    const field = presetNamed(preset).fields.find((one) => one.name === name);
    if (field === undefined) throw new UsageError(`The preset ${preset} does not ask for ${name}`);
    return { problem: answerProblem(field, answer) ?? null };
  });
  dispatcher.request(protocol.addTenant, (params) => addTenant(session.directory, params));
}
