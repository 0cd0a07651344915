/** Writes `elisp/scim-protocol.el`: `npm run generate`. */

import { writeFileSync } from 'node:fs';
import { renderElisp } from './elisp.js';
import { families } from './index.js';

writeFileSync('elisp/scim-protocol.el', renderElisp(families));
