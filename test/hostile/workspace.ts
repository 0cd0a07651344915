/** The real bridge with one tenant `it`, which is a hostile service. */

import { expect } from 'vitest';
import { protocolVersion } from '../../src/protocol/index.js';
import { workspaceWith } from '../support/batch.js';
import { type Bridge, startBridge } from '../support/bridge.js';
import { HostileService } from './service.js';

const services: HostileService[] = [];
const bridges: Bridge[] = [];
const folders: (() => void)[] = [];

export interface Scene {
  readonly service: HostileService;
  readonly bridge: Bridge;
  /** Send a request to the bridge. */
  ask<T>(method: string, params: unknown): Promise<T>;
}

/** A new service, and a bridge to it; SETTINGS are further lines of the tenant in scim.yaml. */
export async function scene(settings: readonly string[] = []): Promise<Scene> {
  const service = await HostileService.start();
  services.push(service);
  const lines = [`baseUrl: ${service.url}`, 'auth: { scheme: none }', ...settings].map((line) => `    ${line}\n`);
  const { root, remove } = workspaceWith({ 'scim.yaml': `tenants:\n  it:\n${lines.join('')}` });
  folders.push(remove);
  const bridge = await startBridge({ raw: true });
  await bridge.connection.sendRequest('initialize', {
    processId: process.pid,
    clientInfo: { name: 'test' },
    rootPath: root,
    initializationOptions: { protocolVersion, trace: true, asks: true },
  });
  bridges.push(bridge);
  return { service, bridge, ask: (method, params) => bridge.connection.sendRequest(method, params) };
}

/** To be called after each test. */
export async function tidyUp(): Promise<void> {
  for (const bridge of bridges.splice(0)) {
    await bridge.stop();
    expect(bridge.stderr()).toBe('');
  }
  await Promise.all(services.splice(0).map((service) => service.close()));
  for (const remove of folders.splice(0)) remove();
}

/** Everything that the bridge has told by notifications. */
export function told(bridge: Bridge): string {
  const methods = ['scim/exchange', 'scim/action/items', '$/progress', 'window/logMessage', 'scim/browse/rows'];
  return JSON.stringify(methods.map((method) => bridge.received(method)));
}
