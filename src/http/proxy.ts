/** Which proxy is on the way to a server. */

export interface ProxySettings {
  /** For servers with https: and with http:, with credentials, if any. */
  readonly https?: URL | undefined;
  readonly http?: URL | undefined;
  /** Hosts that are reached directly, as NO_PROXY lists them. */
  readonly except?: string | undefined;
}

/**
 * The proxy to ORIGIN by SETTINGS; undefined when it is reached directly.
 *
 * `except` is what curl and others understand: names separated by commas or white space, each with the names below it,
 * a leading `.` or `*.` makes no difference, `host:port` is for one port, `*` for everything.
 */
export function proxyFor(origin: URL, settings: ProxySettings | undefined): URL | undefined {
  const proxy = origin.protocol === 'https:' ? settings?.https : settings?.http;
  if (proxy === undefined) return undefined;
  return exceptions(settings?.except ?? '').some((exception) => matches(origin, exception)) ? undefined : proxy;
}

function exceptions(list: string): string[] {
  return list.split(/[\s,]+/).filter((entry) => entry !== '');
}

function matches(origin: URL, exception: string): boolean {
  if (exception === '*') return true;
  const [, name = '', port] = /^(\[[^\]]*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(exception) ?? [];
  if (port !== undefined && port !== (origin.port || (origin.protocol === 'https:' ? '443' : '80'))) return false;
  const suffix = bare(name.replace(/^\*?\./, ''));
  const host = bare(origin.hostname);
  return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`));
}

function bare(name: string): string {
  return name.replace(/^\[|\]$|\.$/g, '').toLowerCase();
}
