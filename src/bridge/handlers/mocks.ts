/** `scim/mock/…`: mock servers that the session runs. */

import * as z from 'zod';
import * as protocol from '../../protocol/mocks.js';
import type { Dispatcher } from '../dispatch.js';
import type { Mocks } from '../mocks.js';
import type { Session } from '../session.js';

/** A text from a thread. */
const textAnswer = z.object({ text: z.string() });

const resourceAnswer = z.object({ text: z.string().nullable(), original: z.string().nullable() });

const statusAnswer = protocol.mockStatus.result.omit({ mock: true });

export function registerMocks(dispatcher: Dispatcher, session: Session, mocks: Mocks): void {
  const { texts } = session;
  registerLife(dispatcher, session, mocks);
  dispatcher.request(protocol.mockStatus, async ({ id }) => {
    const status = statusAnswer.parse(await mocks.thread(id).call('status', null));
    return { mock: await mocks.describe(id), ...status };
  });
  dispatcher.request(protocol.mockRequests, async ({ id, since }) =>
    protocol.mockRequests.result.parse(await mocks.thread(id).call('requests', { since })),
  );
  dispatcher.request(protocol.mockRequest, async ({ id, number }) => {
    const { text } = textAnswer.parse(await mocks.thread(id).call('request', { number }));
    return { text: await texts.send(text) };
  });
  dispatcher.request(protocol.mockResources, async ({ id, ...query }) =>
    protocol.mockResources.result.parse(await mocks.thread(id).call('resources', query)),
  );
  dispatcher.request(protocol.mockResource, async ({ id, resource }) => {
    const answer = resourceAnswer.parse(await mocks.thread(id).call('resource', { id: resource }));
    const sent = async (text: string | null) => (text === null ? null : texts.send(text));
    return { text: await sent(answer.text), original: await sent(answer.original) };
  });
  dispatcher.request(protocol.mockChanges, async ({ id }) =>
    protocol.mockChanges.result.parse(await mocks.thread(id).call('changes', null)),
  );
  dispatcher.request(protocol.saveMock, async ({ id }) => {
    const { text } = textAnswer.parse(await mocks.thread(id).call('save', null));
    return { text: await texts.send(text) };
  });
  dispatcher.request(protocol.controlMock, async ({ id, action }) => {
    await mocks.thread(id).call('control', action);
    return null;
  });
}

function registerLife(dispatcher: Dispatcher, session: Session, mocks: Mocks): void {
  const { texts } = session;
  dispatcher.request(protocol.startMock, async ({ path, content, kind, port, watch }) => {
    return mocks.start({ path, text: await texts.receive(content), kind }, port, watch);
  });
  dispatcher.request(protocol.reseedMock, async ({ id, path, content, kind }) => {
    return mocks.reseed(id, { path, text: await texts.receive(content), kind });
  });
  dispatcher.request(protocol.stopMock, async ({ id }) => {
    await mocks.stop(id);
    return null;
  });
  dispatcher.request(protocol.listMocks, async () => ({ mocks: await mocks.list() }));
  dispatcher.request(protocol.attachMock, ({ id, tenant, all }) => mocks.attach(id, tenant, all));
  dispatcher.request(protocol.detachMock, async ({ tenant }) => ({ tenant: await session.detach(tenant) }));
}
