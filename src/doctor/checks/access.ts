/** Does the service accept the credential? */

import { ask, type Check } from '../check.js';

/**
 * Asks for one user, because many services let everybody read their discovery documents. What cannot be read for other
 * reasons is not about the credential: whoever is told so has been let in.
 */
export const authentication: Check = {
  id: 'AUTH001',
  title: 'credential',
  needs: ['network'],
  opens: 'access',
  async run(examination) {
    const { settings, target } = examination;
    const answer = await ask(examination, '/Users?count=1');
    if (answer.status === 401) target.checkAnswer(answer);
    const { scheme } = settings.auth;
    const message =
      scheme === 'none'
        ? 'the service answers without a credential'
        : `the service accepts the credential (${scheme}, ${answer.status})`;
    return [{ id: 'AUTH001', status: 'ok', message }];
  },
};
