/** The files that a mock server is started from, and saved to. */

export { completeMockFile, diagnoseMockFile, hoverMockFile } from './editor.js';
export { type DataKind, importData, kindOf } from './import.js';
export { loadMockFile, optionsIn, problemLine, requireMockOptions } from './load.js';
export { saveMockFile } from './save.js';
