/** The files that a mock server is started from, and saved to. */

export { completeMockFile, diagnoseMockFile, type EditedMockFile, hoverMockFile } from './editor.js';
export { type DataKind, importData, kindOf } from './import.js';
export { type LoadedMockFile, loadMockFile, type MockFileContext, problemLine, requireMockOptions } from './load.js';
export { type SavedState, saveMockFile } from './save.js';
