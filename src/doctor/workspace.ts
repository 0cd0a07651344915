/** What is checked once, whatever the tenants: the place for state, and the versions of the programs. */

import { rmSync, writeFileSync } from 'node:fs';
import type { Finding } from '../workspace/finding.js';
import { statePath } from '../workspace/state.js';

/** Can the workspace ROOT remember anything? */
export function stateFinding(root: string): Finding {
  try {
    const probe = statePath(root, `probe-${process.pid}`);
    writeFileSync(probe, '', { mode: 0o600 });
    rmSync(probe);
    return { id: 'FS001', status: 'ok', message: 'the directory .scim can be written to' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return {
      id: 'FS001',
      status: 'warning',
      message: `the directory .scim cannot be written to${code}`,
      why: 'nothing is remembered: neither what a service was like, nor which variables were in force at a run',
      fix: `make ${root} writable for you, or run in a copy of it`,
    };
  }
}

/** What runs; absent members are not known. */
export interface Versions {
  readonly bridge: string;
  readonly node: string;
  readonly emacs?: string | undefined;
  readonly jsonrpc?: string | undefined;
  /** Of the Emacs package. */
  readonly package?: string | undefined;
}

/** The oldest that are tested. */
const oldest = { node: '20.19.0', emacs: '28.1' } as const;

/** Do the programs fit? One finding, or one for each that does not. */
export function versionFindings(versions: Versions): Finding[] {
  const { bridge, node, emacs, jsonrpc, package: installed } = versions;
  const problems: Finding[] = [];
  const complain = (message: string, why: string, fix: string): void => {
    problems.push({ id: 'VER001', status: 'warning', message, why, fix });
  };
  if (isOlder(node, oldest.node)) {
    complain(
      `Node ${node} is older than ${oldest.node}`,
      'it is not tested, and may lack what is used',
      'install Node 22',
    );
  }
  if (emacs !== undefined && isOlder(emacs, oldest.emacs)) {
    complain(
      `Emacs ${emacs} is older than ${oldest.emacs}`,
      'it is not tested, and may lack what is used',
      'update Emacs',
    );
  }
  if (installed !== undefined && installed !== bridge) {
    complain(
      `the Emacs package is ${installed}, the bridge ${bridge}`,
      'they are tested together only',
      'install the package again and restart the bridge: M-x scim-restart',
    );
  }
  if (problems.length > 0) return problems;
  const told = [
    `scim ${bridge}`,
    `Node ${node}`,
    ...(emacs === undefined ? [] : [`Emacs ${emacs}`]),
    ...(jsonrpc === undefined ? [] : [`jsonrpc ${jsonrpc}`]),
  ];
  return [{ id: 'VER001', status: 'ok', message: told.join(', ') }];
}

/** Is VERSION, numbers with dots, before THAN? */
function isOlder(version: string, than: string): boolean {
  const [own, other] = [version, than].map((text) => text.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (const [index, wanted] of (other ?? []).entries()) {
    const is = own?.[index] ?? 0;
    if (is !== wanted) return is < wanted;
  }
  return false;
}
