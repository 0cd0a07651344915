import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

// One CommonJS file that needs Node alone. CommonJS, because vscode-jsonrpc is; unminified, because minifying saves 10 to
// 20 ms of a start and ruins stack traces; undici is imported lazily in src/http, which keeps it out of the start.
export default defineConfig({
  entry: { 'scim-bridge': 'src/main.ts' },
  format: ['cjs'],
  outExtension: () => ({ js: '.cjs' }),
  target: 'node20',
  platform: 'node',
  splitting: false,
  // The file is replaced, never missing: Emacs may start it at any time.
  clean: false,
  dts: false,
  noExternal: [/.*/],
  removeNodeProtocol: false,
  define: { __SCIM_VERSION__: JSON.stringify(version) },
  // jsonc-parser's UMD main does not survive bundling; its ES module does.
  esbuildOptions: (options) => {
    options.mainFields = ['module', 'main'];
  },
});
