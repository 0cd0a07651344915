/** `scim/mock/…`: mock servers that the session runs. */

import { mocks as protocol } from '../../protocol/index.js';
import type { Dispatcher } from '../dispatch.js';
import type { Mocks } from '../mocks.js';
import type { Session } from '../session.js';

export function registerMocks(dispatcher: Dispatcher, session: Session, mocks: Mocks): void {
  dispatcher.request(protocol.startMock, async ({ path, content, kind, port }) => {
    const text = await session.texts.receive(content);
    return mocks.start({ path, text, kind }, port);
  });
  dispatcher.request(protocol.stopMock, async ({ id }) => {
    await mocks.stop(id);
    return null;
  });
  dispatcher.request(protocol.listMocks, async () => ({ mocks: await mocks.list() }));
}
