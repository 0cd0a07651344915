declare const __SCIM_VERSION__: string;

/** Version of this program: `package.json`'s, put in by the bundler; `0.0.0` when run from source without it. */
export const version: string = typeof __SCIM_VERSION__ === 'undefined' ? '0.0.0' : __SCIM_VERSION__;
