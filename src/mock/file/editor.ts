/** What an editor of mock files asks for: problems, completion, documentation. */

import type { Completion } from '../../config/complete.js';
import { completeAt } from '../../config/complete.js';
import { type Hover, hoverAt } from '../../config/hover.js';
import type { PositionEncoding, Problem } from '../../config/text.js';
import type { Position } from '../../scim/error.js';
import { loadMockFile, type MockFileContext } from './load.js';
import { mockFileSchema } from './schema.js';
import { mockFileSources } from './sources.js';

/** A mock file as it stands in an editor, saved or not. */
export interface EditedMockFile extends Pick<MockFileContext, 'path' | 'env'> {
  readonly text: string;
  readonly encoding: PositionEncoding;
}

/** What is wrong with FILE. */
export function diagnoseMockFile({ text, path, env, encoding }: EditedMockFile): readonly Problem[] {
  return loadMockFile(text, { path, env, encoding, kind: 'mock' }).problems;
}

/** What can stand at POSITION of FILE. */
export function completeMockFile({ text, path, env, encoding }: EditedMockFile, position: Position): Completion[] {
  return completeAt(text, position, mockFileSchema(), mockFileSources({ path, env }), encoding);
}

/** What is known of what stands at POSITION of FILE. */
export function hoverMockFile({ text, path, env, encoding }: EditedMockFile, position: Position): Hover | undefined {
  return hoverAt(text, position, mockFileSchema(), mockFileSources({ path, env }), encoding);
}
